using FastRebalance.Core.Assets;

namespace FastRebalance.Devnet;

/// <summary>A token of the lending market.</summary>
/// <param name="Symbol">The token's.</param>
/// <param name="Asset">The token itself.</param>
/// <param name="AToken">What a supplier holds.</param>
/// <param name="VariableDebtToken">What a borrower owes.</param>
/// <param name="PriceSource">A simulated source in Chainlink's shape: the deployer sets it with <c>setAnswer(int256)</c>, 8 decimals.</param>
public sealed record DevnetReserve(string Symbol, Address Asset, Address AToken, Address VariableDebtToken, Address PriceSource);
