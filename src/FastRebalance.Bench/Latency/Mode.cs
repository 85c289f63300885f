namespace FastRebalance.Bench.Latency;

/// <summary>What the prices do to the portfolio.</summary>
internal enum Mode
{
    /// <summary>They stay inside the band: every decision is to do nothing.</summary>
    Quiet,

    /// <summary>Every so often one crosses the band, and an order is decided, signed and written to a socket.</summary>
    Firing,
}
