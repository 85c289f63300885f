using FastRebalance.Core.Assets;
using FastRebalance.Engine.Fleet;
using FastRebalance.Kernels;

namespace FastRebalance.Tests;

/// <summary>
/// A seeded fleet and the same portfolios by brute force: after each tick every portfolio that has not fired is valued from its own
/// numbers, by plain loops, and whoever is outside must be who the fleet says has fired by that tick.
/// </summary>
public sealed class FleetMarket
{
    private readonly Random _random;
    private readonly List<Member> _members = [];
    private readonly double[] _prices;
    private readonly double[] _starts;
    private readonly HashSet<int> _fired = [];
    private readonly FiredPortfolio[] _buffer;
    private readonly HashSet<int> _untold = [];
    private readonly List<int> _unsettled = [];
    private readonly List<int>[] _holders;

    public FleetMarket(int seed, int portfolios, int assets, bool paced = false)
    {
        _random = new Random(seed);
        _buffer = new FiredPortfolio[portfolios];
        _prices = [.. Enumerable.Range(0, assets).Select(_ => Math.Exp(10 * (_random.NextDouble() - 0.5)))];
        _starts = [.. _prices];
        _holders = [.. _prices.Select(_ => new List<int>())];
        FleetBook book = new(assets, AssetId.FromIndex(assets), portfolios);
        for (int i = 0; i < portfolios; i++)
        {
            Member member = Draw(assets);
            _members.Add(member);
            foreach (int asset in member.Assets)
                _holders[asset].Add(i);
            book.Add([.. member.Assets.Select(AssetId.FromIndex)], member.Quantities, member.Targets, member.Cash, member.Band);
        }
        double[] paces = paced ? [.. _prices.Select(_ => 0.2 + 2 * _random.NextDouble())] : [];
        Fleet = book.Open(_prices, paces);
        CheckFired(Fleet.TakeUntold(_buffer), [.. Enumerable.Range(0, portfolios)], "opening");
    }

    public PortfolioFleet Fleet { get; }

    public long Fired { get; private set; }

    public long Ticks { get; private set; }

    /// <summary>All verdicts so far, in order.</summary>
    public List<FiredPortfolio> Verdicts { get; } = [];

    /// <summary>One tick of the market, compared with brute force over all that hold the asset: the others are worth what they were.</summary>
    public void Tick()
    {
        int asset = _random.Next(_prices.Length);
        _prices[asset] = NextPrice(asset);
        int count = Fleet.OnPrice(AssetId.FromIndex(asset), _prices[asset], _buffer);
        CheckFired(count, _holders[asset], $"tick {Ticks}, asset {asset}");
        Ticks++;
        if (_unsettled.Count > 0 && _random.Next(4) == 0)
            Settle(_random.Next(_unsettled.Count));
        else if (_random.Next(50) == 0)
            Deposit(_random.Next(_members.Count));
    }

    /// <summary>Whoever is outside at these prices has fired. What fired earlier may be inside again.</summary>
    public void CheckState()
    {
        for (int i = 0; i < _members.Count; i++)
            if (_members[i].IsOutside(_prices) && !_fired.Contains(i) && !_untold.Contains(i))
                throw new InvalidOperationException($"portfolio {i} is outside and has not fired after {Ticks} ticks");
    }

    private void CheckFired(int count, IReadOnlyList<int> candidates, string when)
    {
        List<int> expected = [.. candidates.Where(i => !_fired.Contains(i) && !_untold.Contains(i) && _members[i].IsOutside(_prices)).Concat(_untold).Order()];
        List<int> found = [.. _buffer[..count].ToArray().Select(f => f.Portfolio).Order()];
        if (!expected.SequenceEqual(found))
            throw new InvalidOperationException($"{when}: fired {string.Join(' ', found)}; by brute force {string.Join(' ', expected)}");
        foreach (FiredPortfolio verdict in _buffer[..count])
        {
            if (!_untold.Contains(verdict.Portfolio)) // those were decided at the prices of before
                _members[verdict.Portfolio].CheckVerdict(verdict, _prices);
            Fired++;
            Verdicts.Add(verdict);
            if (!_fired.Add(verdict.Portfolio))
                throw new InvalidOperationException($"portfolio {verdict.Portfolio} fired twice without being settled");
            _unsettled.Add(verdict.Portfolio);
        }
        _untold.Clear();
    }

    // To target, near target, or not at all well: then it fires again at once.
    private void Settle(int place)
    {
        int portfolio = _unsettled[place];
        _unsettled.RemoveAt(place);
        _members[portfolio].Rebalance(_prices, _random.Next(10) == 0 ? 0.5 : _random.Next(3) == 0 ? 0 : 0.05, _random);
        Apply(portfolio);
    }

    private void Deposit(int portfolio)
    {
        Member member = _members[portfolio];
        if (_fired.Contains(portfolio) || _untold.Contains(portfolio))
            return;
        member.Quantities[_random.Next(member.Quantities.Length)] *= 1 + 0.02 * _random.NextDouble();
        member.Cash *= 0.99 + 0.02 * _random.NextDouble();
        Apply(portfolio);
    }

    private void Apply(int portfolio)
    {
        _fired.Remove(portfolio);
        SettleVerdict verdict = Fleet.Settle(portfolio, _members[portfolio].Quantities, _members[portfolio].Cash);
        bool isOutside = _members[portfolio].IsOutside(_prices);
        if (verdict != (isOutside ? SettleVerdict.FiredAgain : SettleVerdict.Watched))
            throw new InvalidOperationException($"settling {portfolio} says {verdict}; by brute force it is outside: {isOutside}");
        if (isOutside)
            _untold.Add(portfolio);
        if (isOutside && _random.Next(2) == 0) // else the next tick hands it out
            CheckFired(Fleet.TakeUntold(_buffer), [], "settling");
    }

    private double NextPrice(int asset)
    {
        double price = _prices[asset];
        return _random.Next(60) switch
        {
            0 => price, // the same again
            1 => price * Math.Exp(0.3 * (_random.NextDouble() - 0.5)), // a jump
            2 => _starts[asset], // back to where it came from
            3 => Fleet.IdleRange(AssetId.FromIndex(asset)).Up is var up && double.IsFinite(up) && up < 1e6 * price ? up : price, // the level itself
            4 => Fleet.IdleRange(AssetId.FromIndex(asset)).Up is var next && double.IsFinite(next) && next < 1e6 * price ? Math.BitIncrement(next) : price,
            5 => Fleet.IdleRange(AssetId.FromIndex(asset)).Down is var down && double.IsFinite(down) && down > 1e-6 * price ? down : price,
            6 => price * (1 + 1e-9 * (_random.NextDouble() - 0.5)), // less than single precision sees
            < 12 => price * Math.Exp(0.02 * (_random.NextDouble() - 0.5)),
            _ => price * Math.Exp(0.002 * (_random.NextDouble() - 0.5) - 0.001 * Math.Log(price / _starts[asset])),
        };
    }

    private Member Draw(int assets)
    {
        int count = 1 + _random.Next(Math.Min(FleetBook.MostHoldings, assets));
        int[] held = [.. Enumerable.Range(0, assets).OrderBy(_ => _random.Next()).Take(count)];
        double[] raw = [.. held.Select(_ => _random.Next(8) == 0 ? 0 : 0.05 + _random.NextDouble())];
        double cash = _random.Next(4) == 0 ? 0 : 0.3 * _random.NextDouble();
        double sum = raw.Sum() + cash;
        double[] targets = [.. raw.Select(r => sum > 0 ? r / sum : 0)];
        WeightBand band = _random.Next(4) switch
        {
            0 => new(0.005 + 0.05 * _random.NextDouble(), double.PositiveInfinity),
            1 => new(double.PositiveInfinity, 0.02 + 0.3 * _random.NextDouble()),
            2 => new(0.05, 0.25),
            _ => new(0.01, 0.1),
        };
        Member member = new(held, new double[count], targets, band) { Cash = 0 };
        member.Rebalance(_prices, 0.08, _random);
        return member;
    }

    /// <summary>A portfolio by itself: its own numbers and plain loops.</summary>
    private sealed record Member(int[] Assets, double[] Quantities, double[] Targets, WeightBand Band)
    {
        public double Cash { get; set; }

        // As the book has it: what the targets leave of 1.
        private double CashTarget => 1 - Sum(Targets) > 1e-9 ? 1 - Sum(Targets) : 0;

        public bool IsOutside(double[] prices)
        {
            double total = Total(prices);
            if (!(total > 0))
                return false;
            bool isOutside = Math.Abs(Cash / total - CashTarget) > Width(CashTarget);
            for (int i = 0; i < Assets.Length; i++)
                isOutside |= Math.Abs(Quantities[i] * prices[Assets[i]] / total - Targets[i]) > Width(Targets[i]);
            return isOutside;
        }

        public void CheckVerdict(FiredPortfolio verdict, double[] prices)
        {
            double total = Total(prices);
            int slot = Array.IndexOf(Assets, verdict.Worst.Index);
            double drift = slot < 0 ? Cash / total - CashTarget : Quantities[slot] * prices[Assets[slot]] / total - Targets[slot];
            bool isWorst = Enumerable.Range(0, Assets.Length).All(i =>
                Quantities[i] * prices[Assets[i]] / total - Targets[i] is var d && (Math.Abs(d) <= Width(Targets[i]) || Math.Abs(d) <= Math.Abs(drift)));
            if (drift != verdict.Drift || !isWorst)
                throw new InvalidOperationException($"{verdict}: the drift of that asset is {drift}");
        }

        public void Rebalance(double[] prices, double jitter, Random random)
        {
            double worth = 1000 * (0.1 + random.NextDouble());
            Cash = CashTarget * worth * (1 + jitter * (random.NextDouble() - 0.5));
            for (int i = 0; i < Assets.Length; i++)
                Quantities[i] = (Targets[i] == 0 && random.Next(2) == 0 ? 0.002 : Targets[i]) * worth
                    * (1 + jitter * (random.NextDouble() - 0.5)) / prices[Assets[i]];
        }

        // Zero where a target is zero: then the absolute band alone counts.
        private double Width(double target) => target == 0 ? Band.Absolute : Math.Min(Band.Absolute, Band.Relative * target);

        private double Total(double[] prices)
        {
            // In the order of sums that the engine's valuation is held to, since who is exactly at an edge hangs on the last bit.
            double[] lanes = new double[4];
            for (int i = 0; i < Assets.Length; i++)
                lanes[i & 3] += Quantities[i] * prices[Assets[i]];
            return (lanes[0] + lanes[2]) + (lanes[1] + lanes[3]) + Cash;
        }

        private static double Sum(double[] numbers)
        {
            double sum = 0;
            foreach (double number in numbers)
                sum += number;
            return sum;
        }
    }
}
