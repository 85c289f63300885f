using FastRebalance.Core.Assets;

namespace FastRebalance.Lending;

/// <summary>What of a reserve does not change while it is followed; a change of any of it asks for reading anew.</summary>
/// <param name="Id">Its place in the pool's list, from 0.</param>
/// <param name="Asset">The token that is lent.</param>
/// <param name="AToken">What suppliers hold.</param>
/// <param name="VariableDebtToken">What borrowers owe.</param>
/// <param name="StableDebtToken">Of a kind of debt that is not followed: a log of it asks for reading anew, which refuses.</param>
/// <param name="Strategy">Null where the contract is not the published one: everything but what-ifs works without.</param>
public sealed record ReserveFacts(
    int Id, Address Asset, Address AToken, Address VariableDebtToken, Address StableDebtToken, RateStrategy? Strategy);
