namespace FastRebalance.Bench.Latency;

/// <summary>How the engine's stages lie over threads.</summary>
internal enum Topology
{
    /// <summary>All on the engine thread, in turn.</summary>
    Fused,

    /// <summary>Evaluation on the engine thread, routing and publishing on threads of their own.</summary>
    Staged,
}
