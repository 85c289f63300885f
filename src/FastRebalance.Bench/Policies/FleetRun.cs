using FastRebalance.Core.Assets;
using FastRebalance.Core.Measures;
using FastRebalance.Engine.Fleet;

namespace FastRebalance.Bench.Policies;

/// <summary>Drives a fleet: idle ticks, a random walk, and the tick that makes a thousand portfolios fire. Every answer is checked afterwards.</summary>
internal sealed class FleetRun(FleetMarket market)
{
    private const int Sequence = 1 << 16;
    private const double WalkStep = 1e-3;
    private const int Jumps = 101;

    private readonly FiredPortfolio[] _fired = new FiredPortfolio[market.Count];
    private readonly List<string> _wrong = [];
    private int _next;

    public IReadOnlyList<string> Wrong => _wrong;

    public long AllocatedBytes { get; private set; }

    /// <summary>Prices that go to and fro between the nearest fences of each asset.</summary>
    public TickFigures Idle(TimeSpan measured)
    {
        Random random = new(1);
        (AssetId Asset, double Price)[] ticks = new (AssetId, double)[Sequence];
        for (int i = 0; i < ticks.Length; i++)
        {
            AssetId asset = AssetId.FromIndex(random.Next(FleetMarket.Assets));
            (double down, double up) = market.Fleet.IdleRange(asset);
            double price = market.PriceOf(asset);
            ticks[i] = (asset, Math.Clamp(price * (1 + (random.NextDouble() - 0.5) * 1e-4), Math.Max(down, price * 0.99), Math.Min(up, price * 1.01)));
        }
        PortfolioFleet fleet = market.Fleet;
        long tests = fleet.Tests, firing = 0;
        TickBlocks blocks = new();
        blocks.Run(measured, Block);
        foreach ((AssetId asset, double price) in ticks)
            market.Note(asset, fleet.PriceOf(asset));
        if (fleet.Tests != tests || firing != 0)
            _wrong.Add($"idle ticks tested {fleet.Tests - tests} portfolios and fired {firing}; wanted are none");
        Check("idle ticks");
        AllocatedBytes += blocks.AllocatedBytes;
        return blocks.Figures;

        void Block()
        {
            for (int i = 0; i < TickBlocks.Size; i++)
            {
                (AssetId asset, double price) = ticks[_next];
                _next = (_next + 1) & (Sequence - 1);
                firing += fleet.OnPrice(asset, price, _fired);
            }
        }
    }

    /// <summary>Each tick moves a random asset by a tenth of a per cent, so that fences are crossed; what fires is rebalanced between the blocks.</summary>
    public TickFigures Walk(TimeSpan measured, out double testsPerTick, out long firing)
    {
        Random random = new(2);
        PortfolioFleet fleet = market.Fleet;
        (AssetId Asset, double Price)[] ticks = new (AssetId, double)[TickBlocks.Size];
        long tests = fleet.Tests, settledTests = 0, all = 0, count = 0;
        int fired = 0;
        TickBlocks blocks = new();
        Draw();
        blocks.Run(measured, Block, Between);
        Block();
        Settle(fired);
        testsPerTick = (double)(fleet.Tests - tests - settledTests) / count;
        firing = all;
        Check("the walk");
        AllocatedBytes += blocks.AllocatedBytes;
        return blocks.Figures;

        void Block()
        {
            fired = 0;
            foreach ((AssetId asset, double price) in ticks)
                fired += fleet.OnPrice(asset, price, _fired.AsSpan(fired));
        }

        void Between()
        {
            count += TickBlocks.Size;
            all += fired;
            long before = fleet.Tests;
            for (int i = 0; i < fired; i++)
                if (!market.Rebalance(_fired[i].Portfolio))
                    _wrong.Add($"portfolio {_fired[i].Portfolio} was not settled after it fired on the walk");
            settledTests += fleet.Tests - before;
            Draw();
        }

        void Draw()
        {
            for (int i = 0; i < ticks.Length; i++)
            {
                AssetId asset = AssetId.FromIndex(1 + random.Next(FleetMarket.Assets - 1));
                double price = market.PriceOf(asset) * (random.Next(2) == 0 ? 1 + WalkStep : 1 / (1 + WalkStep));
                market.Note(asset, price);
                ticks[i] = (asset, price);
            }
        }
    }

    /// <summary>The tick on which a thousand portfolios fire, many times; the median in microseconds.</summary>
    public double Fire(out int count)
    {
        double[] times = new double[Jumps];
        double usual = market.PriceOf(FleetMarket.JumpingAsset);
        count = 0;
        for (int jump = 0; jump < Jumps; jump++)
        {
            double price = market.PriceOf(FleetMarket.JumpingAsset) * FleetMarket.JumpFactor;
            long allocated = GC.GetAllocatedBytesForCurrentThread();
            long start = MonotonicClock.NowNs;
            count = market.Fleet.OnPrice(FleetMarket.JumpingAsset, price, _fired);
            times[jump] = (MonotonicClock.NowNs - start) / 1e3;
            AllocatedBytes += GC.GetAllocatedBytesForCurrentThread() - allocated;
            market.Note(FleetMarket.JumpingAsset, price);
            if (jump is 0 or Jumps - 1)
                Check("the jump");
            Settle(count);
            if (jump % 2 == 1)
                BringDown(usual);
        }
        Array.Sort(times);
        return times[Jumps / 2];
    }

    private void BringDown(double price)
    {
        int count = market.Fleet.OnPrice(FleetMarket.JumpingAsset, price, _fired);
        market.Note(FleetMarket.JumpingAsset, price);
        Settle(count);
    }

    private void Settle(int count)
    {
        for (int i = 0; i < count; i++)
            if (!market.Rebalance(_fired[i].Portfolio))
                _wrong.Add($"portfolio {_fired[i].Portfolio} was not settled after it fired");
    }

    /// <summary>Every portfolio valued from nothing: it has fired just when it is outside.</summary>
    private void Check(string after)
    {
        int missed = 0, invented = 0;
        for (int portfolio = 0; portfolio < market.Count; portfolio++)
        {
            bool isOutside = market.IsOutside(portfolio), hasFired = market.Fleet.HasFired(portfolio);
            missed += isOutside && !hasFired ? 1 : 0;
            invented += hasFired && !isOutside ? 1 : 0;
        }
        if (missed + invented > 0)
            _wrong.Add($"after {after} {missed} portfolios were outside their bands and not told, {invented} told and inside");
    }
}
