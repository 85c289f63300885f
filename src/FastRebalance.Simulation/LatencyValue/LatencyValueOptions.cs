namespace FastRebalance.Simulation.LatencyValue;

/// <summary>How much of the experiment to run.</summary>
public sealed record LatencyValueOptions
{
    /// <summary>Independent paths; every delay and policy sees the same ones. From 2 on, since one path has no error bar.</summary>
    public int Seeds { get; init; } = 32;

    /// <summary>Short paths and wide tolerances: shows that everything runs, not what latency is worth.</summary>
    public bool Quick { get; init; }

    /// <summary>A folder with recorded markets in <c>binance/</c> and <c>polygon/</c>; null leaves those sections out.</summary>
    public string? Tapes { get; init; }

    /// <summary>Threads. The numbers do not depend on it.</summary>
    public int Workers { get; init; } = Environment.ProcessorCount;

    /// <summary>What the user typed, for the report.</summary>
    public string CommandLine { get; init; } = "";

    /// <summary>Multiplies the volatility the simulator draws, and not the one the checks expect: shows that the checks can fail.</summary>
    internal double VolatilityError { get; init; } = 1;

    public void Validate()
    {
        if (Seeds < 2)
            throw new ArgumentException($"Seeds is {Seeds}: wanted is a number from 2 on, since one path has no error bar");
        if (Workers < 1)
            throw new ArgumentException($"Workers is {Workers}: wanted is a number from 1 on");
        if (Tapes is not null && !Directory.Exists(Tapes))
            throw new ArgumentException($"no folder of tapes at {Tapes}: wanted is one that holds binance/ or polygon/");
    }
}
