using FastRebalance.Routing.Baskets;

namespace FastRebalance.Engine.Routing;

/// <summary>
/// Gas around the pools' own swaps: round figures on the dear side. They only tell how much a decision expects to use; what a transaction
/// may use comes from the node's estimate before anything is signed.
/// </summary>
internal static class GasModel
{
    /// <summary>The transaction itself and the router's dispatch.</summary>
    public const uint Transaction = 30_000;

    /// <summary>
    /// Out of and into a lending market, its loan for the trade and the look at its health included (src/contracts/gas.md: a leg that costs 150 000
    /// plainly costs 560 000 to 750 000 there).
    /// </summary>
    public const uint Lending = 600_000;

    /// <summary>Calldata, allowance and transfer of one leg, beside its pools.</summary>
    public const uint Leg = BasketPlanner.LegGas;
}
