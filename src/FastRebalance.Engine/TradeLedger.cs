using FastRebalance.Core.Events;

namespace FastRebalance.Engine;

/// <summary>
/// What trading has moved and cost, from the fills and reports of orders: a pure function of the events. A leg that did not fill counts
/// nothing. Worths are at the prices of the decision, so a shortfall holds pool fees, impact and delay together. Engine thread only;
/// allocates nothing after construction.
/// </summary>
/// <remarks>
/// A leg that a reorganisation brings again replaces its first fill. What was mined once and then never again stays counted: the safe
/// side for limits.
/// </remarks>
public sealed class TradeLedger
{
    private const long NanosecondsPerDay = 86_400L * 1_000_000_000;

    // Orders whose shortfall is kept apart; what is older is added to the oldest of them and so decays later, which is the safe side.
    private const int Remembered = 128;

    private readonly double[] _shortfalls = new double[Remembered];
    private readonly long[] _unixNs = new long[Remembered];
    private int _oldest;
    private int _count;
    private long _nextMidnightUnixNs;
    private ulong _lastOrder;

    /// <summary>Worth of what was sold since midnight UTC of the event clock.</summary>
    public double TurnoverTodayNumeraire { get; private set; }

    /// <summary>Spent on gas since midnight UTC of the event clock.</summary>
    public double GasTodayNumeraire { get; private set; }

    /// <summary>Spent on gas since the start.</summary>
    public double GasNumeraire { get; private set; }

    /// <summary>Worth sold less worth received since the start. Gains count against losses.</summary>
    public double SlippageNumeraire { get; private set; }

    /// <summary>What the same legs were expected to fall short when they were routed.</summary>
    public double ExpectedSlippageNumeraire { get; private set; }

    /// <summary>Worth sold less worth received of the last order with a fill; below zero is a gain.</summary>
    public double LastShortfallNumeraire { get; private set; }

    /// <summary>What that order was expected to fall short when it was routed.</summary>
    public double LastExpectedShortfallNumeraire { get; private set; }

    /// <summary>Legs filled since the start.</summary>
    public long Trades { get; private set; }

    /// <summary>
    /// The shortfalls so far, forgotten linearly: whenever an order adds its own, what there was has shrunk by the time since the one
    /// before, as a fraction of <paramref name="decayNs"/> (dHEDGE SlippageAccumulator). Gains do not refill it.
    /// </summary>
    /// <param name="nowUnixNs">The event time to reckon at.</param>
    /// <param name="decayNs">Time in which a shortfall that nothing follows is forgotten; above zero.</param>
    /// <returns>Numeraire, never below zero.</returns>
    public double DecayedSlippage(long nowUnixNs, long decayNs)
    {
        double sum = 0;
        long last = long.MinValue;
        for (int i = 0; i < _count; i++)
        {
            int place = (_oldest + i) % Remembered;
            sum = (i == 0 ? 0 : Decayed(sum, _unixNs[place] - last, decayNs)) + Math.Max(0, _shortfalls[place]);
            last = _unixNs[place];
        }
        return _count == 0 ? 0 : Decayed(sum, nowUnixNs - last, decayNs);
    }

    /// <summary>The event clock has come this far.</summary>
    internal void Advance(long unixNs)
    {
        if (unixNs < _nextMidnightUnixNs)
            return;
        _nextMidnightUnixNs = ((unixNs / NanosecondsPerDay) + 1) * NanosecondsPerDay;
        TurnoverTodayNumeraire = 0;
        GasTodayNumeraire = 0;
    }

    internal void AddGas(double numeraire)
    {
        GasNumeraire += numeraire;
        GasTodayNumeraire += numeraire;
    }

    /// <summary>A leg as it was before its fill and as it is now.</summary>
    internal void AddFill(ulong order, in NewestOrder.Leg before, in NewestOrder.Leg now, long unixNs)
    {
        if (order != _lastOrder)
        {
            _lastOrder = order;
            LastShortfallNumeraire = 0;
            LastExpectedShortfallNumeraire = 0;
        }
        double shortfall = now.ShortfallNumeraire - before.ShortfallNumeraire;
        double expected = now.ExpectedShortfallNumeraire - before.ExpectedShortfallNumeraire;
        // The first fill of a leg that was mined again may have been counted yesterday.
        TurnoverTodayNumeraire = Math.Max(0, TurnoverTodayNumeraire + now.SpentNumeraire - before.SpentNumeraire);
        SlippageNumeraire += shortfall;
        LastShortfallNumeraire += shortfall;
        ExpectedSlippageNumeraire += expected;
        LastExpectedShortfallNumeraire += expected;
        Trades += before.IsFilled ? 0 : 1;
        Remember(shortfall, unixNs);
    }

    private void Remember(double shortfall, long unixNs)
    {
        int newest = (_oldest + _count - 1 + Remembered) % Remembered;
        if (_count > 0 && _unixNs[newest] == unixNs)
        {
            _shortfalls[newest] += shortfall;
            return;
        }
        if (_count == Remembered)
            ForgetOldest();
        int place = (_oldest + _count++) % Remembered;
        _shortfalls[place] = shortfall;
        _unixNs[place] = unixNs;
    }

    private void ForgetOldest()
    {
        int next = (_oldest + 1) % Remembered;
        _shortfalls[next] = Math.Max(0, _shortfalls[next]) + Math.Max(0, _shortfalls[_oldest]);
        _oldest = next;
        _count--;
    }

    private static double Decayed(double sum, long elapsedNs, long decayNs) =>
        elapsedNs >= decayNs ? 0 : sum * (1 - ((double)Math.Max(0, elapsedNs) / decayNs));
}
