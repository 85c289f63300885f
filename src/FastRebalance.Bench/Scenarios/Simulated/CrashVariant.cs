namespace FastRebalance.Bench.Scenarios.Simulated;

/// <summary>How one variant of the crash differs from what was recorded. Seeded: the same number gives the same variant.</summary>
internal sealed record CrashVariant
{
    /// <summary>The recorded day itself.</summary>
    public static readonly CrashVariant Recorded = new();

    /// <summary>Factor on every log return of the crash, 21:30 to 21:50.</summary>
    public double CrashScale { get; init; } = 1;

    /// <summary>Factor on every other log return.</summary>
    public double VolatilityScale { get; init; } = 1;

    /// <summary>Log return of one block on top, at <see cref="JumpAt"/>.</summary>
    public double Jump { get; init; }

    /// <summary>Share of the path's blocks before the jump.</summary>
    public double JumpAt { get; init; }

    /// <summary>Blocks that an order waits on top of the next one while gas is dear.</summary>
    public int CongestionBlocks { get; init; }

    /// <summary>Seconds by which the oracle trails the pool.</summary>
    public int OracleLagSeconds { get; init; }

    /// <summary>Relative move from which on the oracle is told.</summary>
    public double OracleDeviation { get; init; } = 0.005;

    /// <summary>Factor on the pool's liquidity.</summary>
    public double LiquidityScale { get; init; } = 1;

    /// <summary>When a poller looks, seconds after the full ten.</summary>
    public double PollPhase { get; init; }

    /// <summary>
    /// Up to seven times the recorded crash, which then takes nearly half in a quarter of an hour, orders that wait for two blocks more while gas is dear, and a
    /// jump of a tenth. Beyond, or where they wait for four more, an order that left at the first block can come too late: that measures the chain, and no desk.
    /// </summary>
    public static CrashVariant Of(ulong seed, int number)
    {
        Random random = new(unchecked((int)(seed * 7_919) + number));
        double Between(double low, double high) => low + (high - low) * random.NextDouble();
        return new CrashVariant
        {
            CrashScale = Between(1, 7),
            VolatilityScale = Between(0.5, 3),
            Jump = random.NextDouble() < 0.5 ? -Between(0.02, 0.1) : 0,
            JumpAt = Between(0.1, 0.9),
            CongestionBlocks = (int)Between(0, 3),
            OracleLagSeconds = (int)Between(0, 60),
            OracleDeviation = Between(0.001, 0.01),
            LiquidityScale = Math.Exp(Between(Math.Log(0.02), 0)),
            PollPhase = Between(0, 10),
        };
    }
}
