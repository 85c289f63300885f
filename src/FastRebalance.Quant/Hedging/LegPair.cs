namespace FastRebalance.Quant.Hedging;

/// <summary>
/// Two legs or none. The hedge goes first, the other leg follows in proportion to what was filled; what stays without a second leg is tried
/// again within limits of time, tries and risk, and undone beyond them. Every order sent gets one last report: what it filled, be it
/// nothing. One owner; allocates nothing.
/// </summary>
public sealed class LegPair(LegSettings settings)
{
    private const double MsPerYear = 365.0 * 24 * 3600 * 1000;

    private double _ratio;
    private double _unpaired;
    private long _filledMs;
    private int _tries;

    public LegState State { get; private set; }

    /// <summary>Units of the hedge that have no second leg yet.</summary>
    public double Unpaired => _unpaired;

    /// <summary>Begins a trade; both sizes are of the whole.</summary>
    /// <returns>Nothing to send where a trade is under way, or a size is none.</returns>
    public LegOrder Begin(double hedgeUnits, double otherUnits)
    {
        bool isUnderWay = State is LegState.Hedging or LegState.Trading or LegState.Cancelling or LegState.Unwinding or LegState.Naked;
        if (isUnderWay || !double.IsFinite(hedgeUnits) || !double.IsFinite(otherUnits) || hedgeUnits == 0 || otherUnits == 0)
            return default;
        (_ratio, _unpaired) = (otherUnits / hedgeUnits, 0);
        return Send(LegState.Hedging, LegCommand.SendHedge, hedgeUnits);
    }

    /// <summary>The last report of the order that is out.</summary>
    /// <param name="filled">Units on the order's side; zero where it failed.</param>
    /// <param name="nowMs">The clock that <see cref="Tick"/> is asked with.</param>
    public LegOrder Report(double filled, long nowMs)
    {
        bool isOut = State is LegState.Hedging or LegState.Trading or LegState.Cancelling or LegState.Unwinding;
        if (isOut && !double.IsFinite(filled))
            return GiveUp(); // nobody knows what was filled, so nobody knows what stands alone
        switch (State)
        {
            case LegState.Hedging:
                (_unpaired, _filledMs, _tries) = (filled, nowMs, 0);
                return Settle(LegState.Unwound) ? default : SendOther();
            case LegState.Trading or LegState.Cancelling:
                bool isLate = State == LegState.Cancelling || nowMs - _filledMs > settings.CompleteWithinMs || _tries >= settings.MostTries;
                _unpaired -= filled / _ratio;
                return Settle(LegState.Done) ? default : isLate ? BeginUnwinding() : SendOther();
            case LegState.Unwinding:
                _unpaired += filled;
                return Settle(LegState.Unwound) ? default : _tries < settings.MostTries ? SendUnwind() : GiveUp();
            default:
                return default;
        }
    }

    /// <summary>
    /// Looks at the clock and the market while the other leg is out: too long, or too much at stake, and it is cancelled.
    /// </summary>
    /// <param name="price">Of the asset.</param>
    /// <param name="volatility">σ per year.</param>
    /// <param name="nowMs">Now.</param>
    public LegOrder Tick(double price, double volatility, long nowMs)
    {
        if (State != LegState.Trading)
            return default;
        double risk = Math.Abs(_unpaired) * price * volatility * Math.Sqrt(Math.Max(0, nowMs - _filledMs) / MsPerYear);
        if (nowMs - _filledMs <= settings.CompleteWithinMs && risk <= settings.MostRisk)
            return default;
        State = LegState.Cancelling;
        return new(LegCommand.CancelOther);
    }

    /// <summary>Somebody has looked at a leg that stood alone, and put it right.</summary>
    public void Reset() => (State, _unpaired) = (LegState.Idle, 0);

    private LegOrder SendOther()
    {
        _tries++;
        return Send(LegState.Trading, LegCommand.SendOther, _unpaired * _ratio);
    }

    private LegOrder BeginUnwinding()
    {
        _tries = 0;
        return SendUnwind();
    }

    private LegOrder SendUnwind()
    {
        _tries++;
        return Send(LegState.Unwinding, LegCommand.SendHedge, -_unpaired);
    }

    private LegOrder Send(LegState state, LegCommand command, double units)
    {
        State = state;
        return new(command, units);
    }

    private bool Settle(LegState end)
    {
        if (!(Math.Abs(_unpaired) <= settings.LeastUnits))
            return false;
        State = end;
        return true;
    }

    private LegOrder GiveUp()
    {
        State = LegState.Naked;
        return default;
    }
}
