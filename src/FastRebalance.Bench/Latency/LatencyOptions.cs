using FastRebalance.Configuration;

namespace FastRebalance.Bench.Latency;

/// <summary>One run, counted in prices. A slot is the time at which one price is due.</summary>
internal sealed record LatencyOptions
{
    /// <summary>Between warm-up and measurement, so that emptying the histograms delays no price that counts.</summary>
    public const long PauseNs = 20_000_000;

    /// <summary>Fewest prices from one crossing of the band to the next: across, home, and room around both.</summary>
    public const int LeastEvery = 4;

    public required Mode Mode { get; init; }

    /// <summary>Prices due each second.</summary>
    public required int RatePerSecond { get; init; }

    /// <summary>Prices before the first that counts: the compiler then has seen every path.</summary>
    public required long WarmUpSlots { get; init; }

    /// <summary>Prices that count.</summary>
    public required long MeasuredSlots { get; init; }

    /// <summary>In firing mode, prices from one crossing of the band to the next.</summary>
    public int Every { get; init; } = LeastEvery;

    /// <summary>Name of the engine thread's wait strategy.</summary>
    public required string Wait { get; init; }

    /// <summary>Name of the signing thread's wait strategy.</summary>
    public required string OrderWait { get; init; }

    public Topology Topology { get; init; } = Topology.Fused;

    /// <summary>Give the threads cores of their own where the system lets us.</summary>
    public bool Pin { get; init; }

    public long Slots => WarmUpSlots + MeasuredSlots;

    public TimeSpan Measured => TimeSpan.FromSeconds((double)MeasuredSlots / RatePerSecond);

    public TimeSpan WarmUp => TimeSpan.FromSeconds((double)WarmUpSlots / RatePerSecond);

    /// <summary>Crossings among all slots.</summary>
    public int Crossings => Mode == Mode.Quiet ? 0 : checked((int)((Slots + Every - 1) / Every));

    /// <summary>Nanoseconds from the start at which the slot's price is due.</summary>
    public long OffsetNs(long slot) => (long)(slot * (Int128)1_000_000_000 / RatePerSecond) + (slot >= WarmUpSlots ? PauseNs : 0);

    /// <summary>Slots in a time.</summary>
    public static long SlotsIn(TimeSpan time, int ratePerSecond) => (long)(time.TotalSeconds * ratePerSecond);
}
