namespace FastRebalance.Simulation.LatencyValue.Paths;

/// <summary>
/// A market whose price is pushed by market orders that call forth more of their kind (a two-sided Hawkes process; Bacry, Muzy 2014), by
/// rare jumps and by a diffusion. The rates are of the order of a liquid coin's book; they are chosen, not fitted to any tape.
/// </summary>
internal sealed record OrderFlowModel
{
    /// <summary>Orders on each side that nothing called forth, per second.</summary>
    public double BaseRate { get; init; } = 0.3;

    /// <summary>How fast each kind of response dies away, per second: machines, desks, people.</summary>
    public IReadOnlyList<double> Decays { get; init; } = [200, 20, 1.5];

    /// <summary>Orders of the same side that one order calls forth, by response.</summary>
    public IReadOnlyList<double> SameSide { get; init; } = [0.2, 0.2, 0.2];

    /// <summary>Orders of the other side.</summary>
    public IReadOnlyList<double> OtherSide { get; init; } = [0.02, 0.03, 0.05];

    /// <summary>Log price by which one order moves the price.</summary>
    public double OrderMove { get; init; } = 0.40e-4;

    /// <summary>Jumps per day; their size has a double exponential law.</summary>
    public double JumpsPerDay { get; init; } = 0.5;

    public double MeanJump { get; init; } = 0.01;

    /// <summary>Of the diffusion, per square root of a year.</summary>
    public double Diffusion { get; init; } = 0.4;

    /// <summary>Variance of the log price per year in the long run: an order's echo counts, since it goes the same way.</summary>
    public double Variance
    {
        get
        {
            double same = SameSide.Sum(), other = OtherSide.Sum(), rate = BaseRate / (1 - same - other);
            double orders = 2 * rate * OrderMove * OrderMove / Math.Pow(1 - same + other, 2) * (Delays.NanosecondsPerYear / 1e9);
            return orders + JumpsPerDay * 365 * 2 * MeanJump * MeanJump + Diffusion * Diffusion;
        }
    }
}
