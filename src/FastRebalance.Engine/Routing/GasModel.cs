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

    /// <summary>Calldata, allowance and transfer of one leg, beside its pools.</summary>
    public const uint Leg = BasketPlanner.LegGas;
}
