using FastRebalance.Simulation.LatencyValue.Paths;

namespace FastRebalance.Simulation.LatencyValue.Policies;

/// <summary>
/// One policy on one path with one delay. It decides at the exact moment the price leaves its fence, and fills at the price of a delay
/// later; while an order is on its way it decides nothing.
/// </summary>
internal sealed class PolicyRun
{
    private readonly Policy _policy;
    private readonly PricePath _path;
    private readonly RunTerms _terms;
    private readonly long _delay;
    private readonly PolicyOutcome _outcome = new();
    private Holding _holding;
    private long _now, _windowEnd, _sample;

    private PolicyRun(Policy policy, PricePath path, RunTerms terms, long delay)
    {
        (_policy, _path, _terms, _delay) = (policy, path, terms, delay);
        _sample = terms.SampleNs;
    }

    public static PolicyOutcome Run(Policy policy, PricePath path, RunTerms terms, long delay)
    {
        PolicyRun run = new(policy, path, terms, delay);
        run.Run();
        return run._outcome;
    }

    private void Run()
    {
        Restart(0, 1);
        while (_now < _path.End)
        {
            (double low, double high) = _policy.Fence(_holding, Price(_now));
            if (_path.TryFindExit(_now, _windowEnd, Math.Log(low), Math.Log(high), out long decided) && decided < _windowEnd)
                Trade(decided);
            else
                EndWindow();
            if (_now >= _windowEnd)
                Restart(_now, _holding.Value(Price(_now)));
        }
        _outcome.Years = _path.End / Delays.NanosecondsPerYear;
    }

    private void Restart(long time, double value)
    {
        _now = time;
        _windowEnd = _policy.WindowNs < _path.End - time ? time + _policy.WindowNs : _path.End;
        _holding = _policy.Start(value > 0 ? value : 1, Price(time));
    }

    private void Trade(long decided)
    {
        // An order still on its way when the window ends is not charged for; a floor that it was too late for is.
        if (decided + _delay > _windowEnd)
        {
            EndWindow();
            return;
        }
        long filled = decided + _delay;
        double price = Price(decided);
        double liquidation = _policy.LiquidationPrice(_holding);
        if (liquidation > 0 && _path.TryFindExit(decided, filled, Math.Log(liquidation), double.PositiveInfinity, out long closed))
        {
            Close(closed, filled);
            return;
        }
        MoveTo(filled);
        double fill = Price(filled), value = _holding.Value(price), valueAtFill = _holding.Value(fill);
        double units = _policy.Order(_holding, _terms.IsSizedAtFill ? fill : price);
        Charge(units, price, fill, value, valueAtFill);
        AddMissed(units, price, fill, value, filled);
        _outcome.Break(_policy.FloorLoss(ref _holding, fill));
    }

    private void Charge(double units, double price, double fill, double value, double valueAtFill)
    {
        double fee = _terms.Fee * Math.Abs(units) * fill, gas = _terms.Gas * valueAtFill;
        _holding.Units += units;
        _holding.Cash -= units * fill + fee + gas;
        _outcome.Trades++;
        _outcome.Fees += fee / valueAtFill + _terms.Gas;
        _outcome.Adverse += units * (fill - price) / value;
        _outcome.MoveAgainst += Math.Sign(units) * (fill - price) / price;
    }

    private void AddMissed(double units, double price, double fill, double value, long filled)
    {
        for (int i = 0; i < Delays.Slots.Count; i++)
        {
            long slot = Delays.Slots[i];
            if (slot == 0 || filled + slot > _path.End)
                continue;
            double chance = ChanceToMiss(_delay, _terms.SendingNs, slot), later = Price(filled + slot);
            _outcome.Missed[i] += chance * units * (later - fill) / value;
            _outcome.MissedMoves[i] += chance * Math.Sign(units) * (later - fill) / price;
        }
    }

    /// <summary>That an order on its way for this long does not make a slot whose end comes at a moment it does not know.</summary>
    public static double ChanceToMiss(long delay, long sending, long slot) =>
        slot == 0 ? 0 : Math.Min(1, (delay + (double)sending) / slot);

    private void Close(long closed, long filled)
    {
        double loss = _policy.LiquidationLoss(_holding, Price(closed));
        _outcome.Break(loss);
        double left = _holding.Value(Price(closed)) * (1 - loss);
        MoveTo(filled);
        long end = _windowEnd;
        Restart(filled, left);
        _windowEnd = end;
    }

    private void EndWindow()
    {
        MoveTo(_windowEnd);
        _outcome.Break(_policy.FloorLoss(ref _holding, Price(_windowEnd)));
    }

    private void MoveTo(long time)
    {
        double scale = _terms.RiskPrice / 2 * _terms.Variance * _terms.SampleNs / Delays.NanosecondsPerYear;
        for (; _sample <= time; _sample += _terms.SampleNs)
        {
            double price = Price(_sample), off = _holding.Exposure(price) - _policy.TargetExposure(_holding, price);
            _outcome.Tracking += scale * off * off;
        }
        _now = time;
    }

    private double Price(long time) => Math.Exp(_path.At(time));
}
