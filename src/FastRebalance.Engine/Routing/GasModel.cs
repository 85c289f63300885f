namespace FastRebalance.Engine.Routing;

/// <summary>
/// Gas around the pools' own swaps, measured on transactions of the router that legs are sent through. It serves to compare routes and
/// to limit the transaction; the node's estimate has the last word before anything is signed.
/// </summary>
internal static class GasModel
{
    /// <summary>The transaction itself and the router's dispatch.</summary>
    public const uint Transaction = 30_000;

    /// <summary>Calldata, allowance and transfer of one leg, beside its pools.</summary>
    public const uint Leg = 25_000;
}
