namespace FastRebalance.Quant.Leverage;

/// <summary>
/// Keeps the leverage of one holding constant by the flexible leverage rules: from the ripcord on reduce first, then the slices of a
/// rebalance that began, then a rebalance where the interval is over or the band is left. Deciding changes nothing; what was done is told
/// afterwards. Times are milliseconds of one clock. One owner; allocates nothing once made.
/// </summary>
/// <remarks>
/// Rebalances look at the time of the last trade anywhere, so that several venues do not each begin one; slices and the ripcord look at the
/// venue's own, so that they may run on several at once. Whoever asks about a venue that rests is told so, and may ask about the next.
/// </remarks>
public sealed class LeverageMachine
{
    private const long Never = long.MinValue / 2;

    private readonly LeverageVenue[] _venues;
    private readonly long[] _lastTradeMs;
    private LeverageSettings _settings;
    private LeverageRule _rule;
    private long _lastTradeAnywhereMs = Never;
    private bool _isLeaving;
    private bool _isInsolvent;

    /// <exception cref="ArgumentException">A setting breaks its rule; all that do are named.</exception>
    public LeverageMachine(LeverageSettings settings, ReadOnlySpan<LeverageVenue> venues)
    {
        _venues = [.. venues];
        _lastTradeMs = new long[_venues.Length];
        _lastTradeMs.AsSpan().Fill(Never);
        _settings = Checked(settings);
        _rule = settings.Rule;
        if (_venues.Length == 0)
            throw new ArgumentException("leverage needs a venue to trade on");
        foreach (LeverageVenue venue in _venues)
            if (!(venue.MostUnits > 0) || !(venue.RipcordMostUnits >= 0))
                throw new ArgumentException($"a venue's slice must be above 0, and the ripcord's not negative; found {venue}");
    }

    public int VenueCount => _venues.Length;

    /// <summary>Leverage at the end of a rebalance that goes on in slices; NaN where none does.</summary>
    public double OpenGoal { get; private set; } = double.NaN;

    /// <summary>What to do on a venue now.</summary>
    public LeverageDecision Decide(in LeveragedHolding holding, double price, long nowMs, int venue)
    {
        if (Refusal(in holding, price) is not LeverageAction.Undecided and var refusal)
            return new(refusal);
        LeverageRims rims = new(in holding, _settings);
        if (_isInsolvent || rims.IsInsolvent(price))
            return new(LeverageAction.Insolvent);
        if (rims.IsRipcord(price))
            return IsOver(_settings.RipcordCooldown, _lastTradeMs[venue], nowMs)
                ? Size(LeverageAction.Ripcord, in holding, price, _settings.Most, _venues[venue].RipcordMostUnits)
                : new(LeverageAction.RipcordResting);
        if (_isLeaving)
            return new(LeverageAction.Wait);
        if (!double.IsNaN(OpenGoal))
            return !IsOver(_settings.SliceCooldown, _lastTradeMs[venue], nowMs) ? new(LeverageAction.Wait)
                : IsDone(holding.LeverageAt(price)) ? new(LeverageAction.EndSlices, Goal: OpenGoal)
                : Size(LeverageAction.Iterate, in holding, price, OpenGoal, _venues[venue].MostUnits);
        return IsOver(_settings.Interval, _lastTradeAnywhereMs, nowMs) || !rims.IsInBand(price)
            ? Size(LeverageAction.Rebalance, in holding, price, Next(holding.LeverageAt(price)), _venues[venue].MostUnits)
            : new(LeverageAction.Wait);
    }

    /// <summary>
    /// Where this holding asks for nothing on this venue. Inside, <see cref="Decide"/> says <see cref="LeverageAction.Wait"/> (or refuses,
    /// as it would at any price); outside it never waits, but where leverage stands at its goal to the last digit and there is nothing to
    /// trade.
    /// </summary>
    public QuietRange QuietRangeOf(in LeveragedHolding holding, int venue)
    {
        if (_isInsolvent || Refusal(in holding, price: 1) != LeverageAction.Undecided)
            return QuietRange.Everywhere;
        LeverageRims rims = new(in holding, _settings);
        bool isOpen = !double.IsNaN(OpenGoal);
        (double low, double high) = isOpen || _isLeaving ? rims.Safety : rims.Band;
        long last = _isLeaving ? long.MaxValue
            : isOpen ? _lastTradeMs[venue] + Milliseconds(_settings.SliceCooldown)
            : _lastTradeAnywhereMs + Milliseconds(_settings.Interval);
        return new(low, high, last);
    }

    /// <summary>The first trade of a holding without debt, straight to the target, in slices where it must be.</summary>
    public LeverageDecision DecideToEngage(in LeveragedHolding holding, double price, int venue) =>
        Refusal(in holding, price) != LeverageAction.NotEngaged || !(holding.EquityAt(price) > 0)
            ? new(LeverageAction.BadInput)
            : Size(LeverageAction.Engage, in holding, price, _settings.Target, _venues[venue].MostUnits);

    /// <summary>
    /// One trade on the way to no debt; until it is told as done nothing changes, and after it only the ripcord is pulled.
    /// </summary>
    public LeverageDecision DecideToDisengage(in LeveragedHolding holding, double price, int venue)
    {
        if (Refusal(in holding, price) is not LeverageAction.Undecided and var refusal)
            return new(refusal);
        return new LeverageRims(in holding, _settings).IsInsolvent(price)
            ? new(LeverageAction.Insolvent)
            : Size(LeverageAction.Disengage, in holding, price, _settings.Side > 0 ? 1 : 0, _venues[venue].MostUnits);
    }

    /// <summary>Tells what was done: a trade starts the cool-downs, and one that went only a part of its way is to be continued.</summary>
    public void Note(in LeverageDecision done, int venue, long nowMs)
    {
        switch (done.Action)
        {
            case LeverageAction.Rebalance or LeverageAction.Engage or LeverageAction.Iterate:
                OpenGoal = done.IsWhole ? double.NaN : done.Goal;
                _isLeaving = false;
                break;
            case LeverageAction.EndSlices or LeverageAction.Ripcord:
                OpenGoal = double.NaN;
                break;
            case LeverageAction.Disengage:
                OpenGoal = double.NaN;
                _isLeaving = true;
                break;
            case LeverageAction.Insolvent:
                _isInsolvent = true;
                return;
            default:
                return;
        }
        _lastTradeMs[venue] = _lastTradeAnywhereMs = nowMs;
    }

    /// <summary>New settings, but not while a rebalance goes on in slices: half of it would follow one rule and half another.</summary>
    /// <returns>False, and nothing changed, while slices are open.</returns>
    /// <exception cref="ArgumentException">A setting breaks its rule.</exception>
    public bool TryChange(LeverageSettings settings)
    {
        if (!double.IsNaN(OpenGoal))
            return false;
        _settings = Checked(settings);
        _rule = settings.Rule;
        return true;
    }

    /// <summary>The interval counts from now, as if something had just been traded; slices and the ripcord do not rest for it.</summary>
    public void BeginInterval(long nowMs) => _lastTradeAnywhereMs = nowMs;

    /// <summary>Goes on where another run stopped.</summary>
    /// <param name="openGoal">NaN where no slices were open.</param>
    /// <param name="lastTradeMs">By venue.</param>
    public void Resume(double openGoal, ReadOnlySpan<long> lastTradeMs)
    {
        lastTradeMs.CopyTo(_lastTradeMs);
        OpenGoal = openGoal;
        foreach (long last in lastTradeMs)
            _lastTradeAnywhereMs = Math.Max(_lastTradeAnywhereMs, last);
        (_isInsolvent, _isLeaving) = (false, false);
    }

    private static LeverageSettings Checked(LeverageSettings settings)
    {
        IReadOnlyList<string> problems = settings.Problems();
        return problems.Count == 0 ? settings : throw new ArgumentException("leverage: " + string.Join("; ", problems));
    }

    /// <summary>Undecided where there is a debt on our side of the market, and numbers to steer by.</summary>
    private LeverageAction Refusal(in LeveragedHolding holding, double price)
    {
        (double collateral, double debt) = _settings.Side > 0 ? (holding.Units, -holding.Cash) : (holding.Cash, -holding.Units);
        return !(price > 0) || !double.IsFinite(price) || !double.IsFinite(collateral) || !double.IsFinite(debt) || collateral < 0
            ? LeverageAction.BadInput
            : debt > 0 ? LeverageAction.Undecided : LeverageAction.NotEngaged;
    }

    private double Next(double leverage) => _settings.Side * _rule.Next(_settings.Side * leverage);

    /// <summary>Leverage came to the goal by itself, from the side that the goal was set from.</summary>
    private bool IsDone(double leverage)
    {
        double goal = _settings.Side * OpenGoal, now = _settings.Side * leverage;
        return (goal < _rule.Target && now >= goal) || (goal > _rule.Target && now <= goal);
    }

    private LeverageDecision Size(LeverageAction action, in LeveragedHolding holding, double price, double goal, double mostUnits)
    {
        double equity = holding.EquityAt(price);
        double total = (goal * equity - holding.Units * price) / price;
        bool isLevering = total * _settings.Side > 0;
        double limit = LenderLimit(holding.CollateralAt(price), holding.DebtAt(price), isLevering) / price;
        double most = Math.Min(mostUnits, limit);
        double units = Math.Abs(total) <= most ? total : Math.CopySign(most, total);
        double slippage = action == LeverageAction.Ripcord ? _settings.RipcordSlippage : _settings.Slippage;
        return total == 0 ? new(LeverageAction.Wait)
            : units == 0 ? new(LeverageAction.Blocked, 0, total, goal)
            : new(action, units, total, goal, slippage);
    }

    private double LenderLimit(double collateral, double debt, bool isLevering) => (isLevering, _settings.HasFlashLoans) switch
    {
        (true, false) => LeverageMath.MostToBorrow(collateral, debt, _settings.LoanToValue, _settings.Unused),
        (true, true) => LeverageMath.MostToBorrowAtOnce(collateral, debt, _settings.LoanToValue, _settings.Unused),
        (false, false) => LeverageMath.MostToWithdraw(collateral, debt, _settings.LiquidationThreshold, _settings.Unused),
        (false, true) => collateral,
    };

    private static bool IsOver(TimeSpan cooldown, long lastMs, long nowMs) => nowMs - lastMs > Milliseconds(cooldown);

    private static long Milliseconds(TimeSpan time) => time.Ticks / TimeSpan.TicksPerMillisecond;
}
