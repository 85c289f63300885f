namespace FastRebalance.Watching;

/// <summary>What the plots show of the minutes before somebody looked: one sample a second.</summary>
/// <param name="Portfolio">Whose.</param>
/// <param name="Symbols">Of the assets, in the samples' order.</param>
/// <param name="Samples">Oldest first.</param>
public sealed record DeskHistory(string Portfolio, IReadOnlyList<string> Symbols, IReadOnlyList<HistorySample> Samples);

/// <param name="UnixMs">When.</param>
/// <param name="Weights">By asset.</param>
/// <param name="BandLow">By asset; null where no trigger goes by its weight.</param>
public sealed record HistorySample(
    long UnixMs, double? ValueNumeraire, double? MaxDriftBps, IReadOnlyList<double?> Weights, IReadOnlyList<double?> BandLow,
    IReadOnlyList<double?> BandHigh, IReadOnlyList<double?> Targets);
