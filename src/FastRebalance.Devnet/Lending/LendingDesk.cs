using FastRebalance.Core.Assets;
using FastRebalance.Devnet.Files;

namespace FastRebalance.Devnet.Lending;

/// <summary>An account whose position in the lending market stands.</summary>
/// <param name="Name">Of the position: the account's in the manifest, and its configuration's.</param>
/// <param name="Account">Supplies and owes.</param>
internal sealed record LendingDesk(string Name, Address Account)
{
    public const string Leverage = "leverage";
    public const string Collateral = "collateral";
    public const string DeltaNeutral = "delta-neutral";

    public DeskFiles Files => DeskFiles.Of(Name);

    /// <summary>The account that its safety trades leave by: with nonces of its own they wait for no economic one.</summary>
    public required Address Safety { get; init; }

    /// <summary>The contract that trades its position, and may.</summary>
    public required Address Executor { get; init; }

    /// <summary>The account's position in a concentrated pool of WETH against USDC.</summary>
    public DeskLiquidity? Liquidity { get; init; }
}

/// <summary>A position by its number at the manager: a range of prices, USDC per WETH, and the liquidity in it in whole tokens.</summary>
internal sealed record DeskLiquidity(UInt256 Id, double Low, double High, double Liquidity)
{
    /// <summary>Whole WETH in it at a price inside the range.</summary>
    public double WethAt(double price) => Liquidity * (1 / Math.Sqrt(Math.Clamp(price, Low, High)) - 1 / Math.Sqrt(High));
}
