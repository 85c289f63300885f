using FastRebalance.Core.Assets;

namespace FastRebalance.Devnet.Market;

/// <summary>A pool that stands, with its two tokens in the order of the contract.</summary>
internal sealed record DeployedPool(PoolPlan Plan, Address Address, DeployedToken Token0, DeployedToken Token1)
{
    /// <summary>The raw price at which the two tokens' prices in USDC agree.</summary>
    public double RawPrice(double price0, double price1) =>
        PoolMath.RawPrice(price0, Token0.Plan.Decimals, price1, Token1.Plan.Decimals);
}

/// <summary>A token that stands.</summary>
internal sealed record DeployedToken(TokenPlan Plan, Address Address);
