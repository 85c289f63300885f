namespace FastRebalance.Bench.Policies;

/// <summary>What <c>bench policies</c> measures.</summary>
public sealed record PolicyBenchOptions
{
    /// <summary>Portfolios of the fleet; 2000 at least.</summary>
    public int Portfolios { get; init; } = 1_000_000;

    /// <summary>Measured time of each figure.</summary>
    public TimeSpan Measured { get; init; } = TimeSpan.FromSeconds(2);

    /// <exception cref="ArgumentException">The options cannot be; the message says which would.</exception>
    public void Validate()
    {
        if (Portfolios is < 2 * FleetMarket.Jumpers or > 10_000_000)
            throw new ArgumentException($"{Portfolios} portfolios; wanted is a number from {2 * FleetMarket.Jumpers} to 10000000");
        if (Measured <= TimeSpan.Zero || Measured > TimeSpan.FromMinutes(10))
            throw new ArgumentException($"{Measured} for each figure; wanted is a time above zero and of ten minutes at the most");
    }
}
