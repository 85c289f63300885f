namespace FastRebalance.Simulation.LatencyValue;

/// <summary>What one recorded (or generated) market says about a delay.</summary>
/// <param name="Name">The file's.</param>
/// <param name="Lines">Read.</param>
/// <param name="Broken">Of them, those that could not be used.</param>
/// <param name="Ticks">Best bids and asks.</param>
/// <param name="Seconds">From first to last.</param>
/// <param name="HalfSpreadBps">Mean over ticks.</param>
/// <param name="Moves">After a drift of <see cref="LatencyValueBook.TriggerBps"/>, by delay.</param>
/// <param name="Cuts">What a shorter delay saves on them; for orders on the trend's side, the other side loses as much.</param>
/// <param name="Quotes">What a stale quote loses, by interval.</param>
public sealed record TapeStudy(
    string Name, long Lines, long Broken, int Ticks, double Seconds, double HalfSpreadBps,
    IReadOnlyList<TapeMove> Moves, IReadOnlyList<LatencyCut> Cuts, IReadOnlyList<TapeQuote> Quotes);
