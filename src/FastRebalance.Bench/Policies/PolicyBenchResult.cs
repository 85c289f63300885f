namespace FastRebalance.Bench.Policies;

/// <summary>Nanoseconds unless the name says otherwise. A percentile is of the means of blocks of ticks, since one is shorter than the clock's step.</summary>
/// <param name="Processor">What it was measured on.</param>
/// <param name="Cores">Cores that the process may use.</param>
/// <param name="Runtime">The runtime and its collector.</param>
/// <param name="Load">Runnable threads of the machine; null where nobody tells.</param>
/// <param name="FenceNs">A price against the fence of one portfolio of 8 assets, median.</param>
/// <param name="ExactNs">A price through the exact test of one portfolio of 8 assets, median.</param>
/// <param name="QuadraticNs">A price through the quadratic trigger of 16 assets, median.</param>
/// <param name="WholeNs">The whole portfolio of 8 assets valued and each weight held against its band, median.</param>
/// <param name="Portfolios">Portfolios of the fleet.</param>
/// <param name="Idle">Ticks that cross no fence.</param>
/// <param name="Walk">Ticks of a random walk of a tenth of a per cent a step, fences drawn anew and portfolios fired as they come.</param>
/// <param name="WalkTestsPerTick">Portfolios looked at per tick of the walk.</param>
/// <param name="WalkFired">Portfolios that fired on the walk.</param>
/// <param name="Fire1000Us">One tick on which a thousand portfolios fire, all decided: microseconds, median.</param>
/// <param name="Fire1000Count">How many fired on it.</param>
/// <param name="BytesPerPortfolio">Memory of the fleet over its portfolios.</param>
/// <param name="AllocatedBytes">Allocated on the measuring thread while it measured.</param>
/// <param name="Wrong">What the answers were found to be wrong in; empty when they equal those of valuing every portfolio.</param>
public sealed record PolicyBenchResult(
    string Processor,
    int Cores,
    string Runtime,
    string? Load,
    double FenceNs,
    double ExactNs,
    double QuadraticNs,
    double WholeNs,
    int Portfolios,
    TickFigures Idle,
    TickFigures Walk,
    double WalkTestsPerTick,
    long WalkFired,
    double Fire1000Us,
    int Fire1000Count,
    double BytesPerPortfolio,
    long AllocatedBytes,
    IReadOnlyList<string> Wrong);

/// <param name="P50Ns">Median of the blocks' means.</param>
/// <param name="P99Ns">99th percentile of the blocks' means.</param>
/// <param name="P999Ns">99.9th percentile of the blocks' means.</param>
/// <param name="Ticks">Ticks measured.</param>
public sealed record TickFigures(double P50Ns, double P99Ns, double P999Ns, long Ticks);
