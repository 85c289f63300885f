namespace FastRebalance.Simulation.LatencyValue.Paths;

/// <summary>Draws a path of <see cref="OrderFlowModel"/> event by event (Ogata's thinning), so that its times are as fine as the clock.</summary>
internal sealed class OrderFlowPath
{
    private readonly OrderFlowModel _model;
    private readonly Dice _dice;
    private readonly double[] _buys, _sells;
    private readonly List<long> _times = [0];
    private readonly List<double> _logs = [0];
    private readonly List<double> _before = [0];

    private OrderFlowPath(OrderFlowModel model, Dice dice)
    {
        (_model, _dice) = (model, dice);
        (_buys, _sells) = (new double[model.Decays.Count], new double[model.Decays.Count]);
    }

    public static PricePath Draw(ulong seed, OrderFlowModel model, long lengthNs)
    {
        OrderFlowPath drawn = new(model, new Dice(Dice.Seed(seed, 3)));
        drawn.Run(lengthNs / 1e9);
        drawn.Add(lengthNs, 0);
        return new PricePath([.. drawn._times], [.. drawn._logs], [.. drawn._before], model.Diffusion, Dice.Seed(seed, 4));
    }

    private void Run(double seconds)
    {
        double now = 0, jumpEvery = 86_400 / _model.JumpsPerDay, jump = jumpEvery * _dice.Exponential();
        while (true)
        {
            // Between orders the rates only fall: the rate of now bounds those to come.
            double bound = Rate(_buys) + Rate(_sells), next = now + _dice.Exponential() / bound;
            if (jump < Math.Min(next, seconds))
            {
                Decay(jump - now);
                now = jump;
                jump = now + jumpEvery * _dice.Exponential();
                Add((long)(now * 1e9), _model.MeanJump * _dice.Exponential() * _dice.Sign());
                continue;
            }
            if (next >= seconds)
                return;
            Decay(next - now);
            now = next;
            double buys = Rate(_buys), sells = Rate(_sells), drawn = _dice.Uniform() * bound;
            if (drawn < buys)
                Order(now, 1, _buys, _sells);
            else if (drawn < buys + sells)
                Order(now, -1, _sells, _buys);
        }
    }

    private void Order(double now, int side, double[] same, double[] other)
    {
        for (int i = 0; i < same.Length; i++)
        {
            same[i] += _model.SameSide[i] * _model.Decays[i];
            other[i] += _model.OtherSide[i] * _model.Decays[i];
        }
        Add((long)(now * 1e9), side * _model.OrderMove);
    }

    private double Rate(double[] responses)
    {
        double rate = _model.BaseRate;
        foreach (double response in responses)
            rate += response;
        return rate;
    }

    private void Decay(double seconds)
    {
        for (int i = 0; i < _buys.Length; i++)
        {
            double left = Math.Exp(-_model.Decays[i] * seconds);
            _buys[i] *= left;
            _sells[i] *= left;
        }
    }

    private void Add(long time, double move)
    {
        time = Math.Max(time, _times[^1] + 1);
        double passed = (time - _times[^1]) / Delays.NanosecondsPerYear;
        double before = _logs[^1] + _model.Diffusion * Math.Sqrt(passed) * _dice.Normal();
        _times.Add(time);
        _before.Add(before);
        _logs.Add(before + move);
    }
}
