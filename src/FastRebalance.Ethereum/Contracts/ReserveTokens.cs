using FastRebalance.Core.Assets;

namespace FastRebalance.Ethereum.Contracts;

/// <summary>The two tokens by which a lending market keeps what one asset's accounts have and owe; both zero where the asset is no reserve.</summary>
/// <param name="AToken">What is supplied.</param>
/// <param name="DebtToken">What is owed at the variable rate.</param>
public readonly record struct ReserveTokens(Address AToken, Address DebtToken)
{
    public bool IsReserve => !AToken.IsZero;
}
