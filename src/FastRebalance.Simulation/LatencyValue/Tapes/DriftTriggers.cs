namespace FastRebalance.Simulation.LatencyValue.Tapes;

/// <summary>
/// Walks a tape and triggers whenever the mid price has drifted by so much from where it last triggered; notes where the price stands
/// a delay after each trigger.
/// </summary>
internal sealed class DriftTriggers
{
    private readonly List<double[]> _moves = [];
    private readonly List<int> _signs = [];

    private DriftTriggers(IReadOnlyList<long> delays) => Delays = delays;

    public IReadOnlyList<long> Delays { get; }

    /// <summary>+1 for a drift upwards, −1 for one downwards; one for each trigger.</summary>
    public IReadOnlyList<int> Signs => _signs;

    /// <param name="times">Of the ticks, rising; nanoseconds.</param>
    /// <param name="logs">Log mid price from each tick on.</param>
    /// <param name="drift">Log price.</param>
    /// <param name="delays">Rising; a trigger whose last delay ends beyond the tape is left out, whichever delay is asked for.</param>
    public static DriftTriggers Find(ReadOnlySpan<long> times, ReadOnlySpan<double> logs, double drift, IReadOnlyList<long> delays)
    {
        DriftTriggers found = new(delays);
        double last = logs[0];
        for (int i = 1; i < times.Length && times[i] + delays[^1] <= times[^1]; i++)
        {
            double moved = logs[i] - last;
            // A price moves by whole ticks: as far as the drift, but for rounding, is far enough.
            if (!(Math.Abs(moved) >= drift * (1 - 1e-9)))
                continue;
            found.Add(times, logs, i, Math.Sign(moved));
            last = logs[i];
        }
        return found;
    }

    /// <summary>Moves in the direction of the drift, basis points, one for each trigger.</summary>
    public double[] Signed(int delay) => [.. _moves.Select(m => m[delay])];

    private void Add(ReadOnlySpan<long> times, ReadOnlySpan<double> logs, int trigger, int sign)
    {
        double[] moves = new double[Delays.Count];
        int at = trigger;
        for (int i = 0; i < moves.Length; i++)
        {
            while (at + 1 < times.Length && times[at + 1] <= times[trigger] + Delays[i])
                at++;
            // Without delay the order meets the price that triggered, not one of the same nanosecond after it.
            moves[i] = Delays[i] == 0 ? 0 : 1e4 * sign * (logs[at] - logs[trigger]);
        }
        _moves.Add(moves);
        _signs.Add(sign);
    }
}
