using FastRebalance.Simulation.LatencyValue.Quoting;

namespace FastRebalance.Simulation.LatencyValue.Tapes;

/// <summary>Runs drift triggers and stale quotes over tapes.</summary>
internal static class TapeStudies
{
    private static readonly long[] s_delays = [.. Delays.All.Where(d => d <= Delays.Second)];
    private static readonly long[] s_intervals =
        [Delays.Millisecond, 10 * Delays.Millisecond, 100 * Delays.Millisecond, 250 * Delays.Millisecond, Delays.Second, 2 * Delays.Second, 5 * Delays.Second];

    public static (TapeStudy Study, DriftTriggers Triggers) Run(string path)
    {
        BookTickerTape tape = BookTickerTape.Open(path);
        if (tape.Times.Length < 2)
            throw new InvalidDataException($"{path} holds {tape.Times.Length} usable best bids and asks: wanted is a recorded stream of bookTicker lines");
        return Run(Path.GetFileNameWithoutExtension(path), tape.Times, tape.Logs, tape.Lines, tape.Broken, tape.HalfSpreadBps);
    }

    public static (TapeStudy Study, DriftTriggers Triggers) Run(
        string name, ReadOnlySpan<long> times, ReadOnlySpan<double> logs, long lines, long broken, double halfSpread)
    {
        DriftTriggers triggers = DriftTriggers.Find(times, logs, LatencyValueBook.TriggerBps / 1e4, s_delays);
        double seconds = (times[^1] - times[0]) / 1e9;
        List<TapeQuote> quotes = [];
        foreach (long interval in s_intervals)
        {
            QuoteRun.Outcome outcome = QuoteRun.Run(times, logs, interval, LatencyValueBook.TapeFeeBps / 1e4);
            quotes.Add(new TapeQuote(interval, outcome.Loss / seconds, outcome.Trades));
        }
        TapeStudy study = new(name, lines, broken, times.Length, seconds, halfSpread, Moves(triggers), Cuts([triggers]), quotes);
        return (study, triggers);
    }

    /// <summary>Over the triggers of several tapes; each trigger is its own pair.</summary>
    public static IReadOnlyList<LatencyCut> Cuts(IReadOnlyList<DriftTriggers> tapes) =>
        [.. Delays.Cuts.Select(cut => new LatencyCut(cut.From, cut.To, null, Estimate.Of([.. tapes.SelectMany(t => Saved(t, cut.From, cut.To))])))];

    private static IEnumerable<double> Saved(DriftTriggers triggers, long from, long to) =>
        triggers.Signed(Array.IndexOf(s_delays, from)).Zip(triggers.Signed(Array.IndexOf(s_delays, to)), (late, soon) => late - soon);

    private static List<TapeMove> Moves(DriftTriggers triggers)
    {
        List<TapeMove> moves = [];
        for (int i = 0; i < s_delays.Length; i++)
        {
            double[] signed = triggers.Signed(i);
            Estimate Of(int sign) => Estimate.Of([.. signed.Where((_, t) => triggers.Signs[t] == sign)]);
            moves.Add(new TapeMove(s_delays[i], signed.Length, Estimate.Of(signed), Of(1), Of(-1)));
        }
        return moves;
    }
}
