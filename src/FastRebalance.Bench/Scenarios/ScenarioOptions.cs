namespace FastRebalance.Bench.Scenarios;

/// <summary>Which scenarios are played, and how often.</summary>
public sealed record ScenarioOptions
{
    /// <summary>Seeded variants of the crash.</summary>
    public int Variants { get; init; } = 1_000;

    public ulong Seed { get; init; } = 1;

    /// <summary>The name of one scenario, or the beginning of several; null for all.</summary>
    public string? Only { get; init; }

    /// <summary>Folder of the recorded minutes (WETH against USDC on Polygon, with Aave's rates and the price of gas).</summary>
    public string Tape { get; init; } = "../shared/market/polygon";

    /// <summary>Told a line now and then.</summary>
    public Action<string>? Progress { get; init; }

    public bool Wants(string name) => Only is null || name.StartsWith(Only, StringComparison.Ordinal);

    /// <exception cref="ArgumentException">A number cannot be.</exception>
    internal void Validate()
    {
        if (Variants is < 1 or > 100_000)
            throw new ArgumentException($"{Variants} variants; wanted is a number from 1 to 100000");
    }
}
