namespace FastRebalance.Bench.Latency;

/// <summary>What the prices do to the portfolio.</summary>
internal enum Mode
{
    /// <summary>They stay inside the band: every decision is to do nothing.</summary>
    Quiet,

    /// <summary>Every so often one crosses the band, and an order is decided and signed.</summary>
    Firing,
}

/// <param name="RatePerSecond">Prices due each second.</param>
/// <param name="Measured">How long prices are measured, after the warm-up.</param>
/// <param name="WarmUp">How long prices are due before they count: the compiler then has seen every path.</param>
/// <param name="Every">In firing mode, prices from one crossing of the band to the next; at least 4.</param>
/// <param name="Wait">Name of the engine thread's wait strategy.</param>
/// <param name="OrderWait">Name of the signing thread's wait strategy.</param>
internal sealed record LatencyOptions(int RatePerSecond, TimeSpan Measured, TimeSpan WarmUp, int Every, string Wait, string OrderWait)
{
    /// <summary>Prices before the first that counts.</summary>
    public long WarmUpSlots => SlotsIn(WarmUp);

    public long Slots => WarmUpSlots + SlotsIn(Measured);

    /// <summary>Nanoseconds from the start at which the slot's price is due.</summary>
    public long OffsetNs(long slot) => slot * 1_000_000_000L / RatePerSecond;

    /// <summary>Crossings among all slots.</summary>
    public int Crossings => checked((int)((Slots + Every - 1) / Every));

    private long SlotsIn(TimeSpan time) => (long)(time.TotalSeconds * RatePerSecond);
}
