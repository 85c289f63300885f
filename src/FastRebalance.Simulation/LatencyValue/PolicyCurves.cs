using FastRebalance.Simulation.LatencyValue.Checks;
using FastRebalance.Simulation.LatencyValue.Paths;
using FastRebalance.Simulation.LatencyValue.Policies;
using FastRebalance.Simulation.LatencyValue.Quoting;

namespace FastRebalance.Simulation.LatencyValue;

/// <summary>Runs every policy with every delay over the same paths, and turns what they lost into curves.</summary>
internal sealed class PolicyCurves(LatencyValueOptions options, ExperimentSize size)
{
    private const double RiskPrice = 5, Volatility = 0.8, Weight = 0.5, Fee = 3e-4, Gas = 5e-6;
    private const double PoolFee = LatencyValueBook.PoolFeeBps / 1e4;
    private const string Diffusion = "diffusion", OrderFlow = "order flow";
    private const long Day = 24 * 60 * Delays.Minute;

    private static readonly int s_mainSlot = Delays.Slots.ToList().IndexOf(LatencyValueBook.MainSlot);
    private static readonly OrderFlowModel s_flow = new();

    public IEnumerable<PolicyCurve> InDiffusion()
    {
        RunTerms terms = new(RiskPrice, Volatility * Volatility, Fee, Gas);
        int cells = (int)(size.DiffusionDays * Day / (5 * Delays.Minute));
        Policy[] policies = Policies();
        PolicyOutcome[][] outcomes = Workers.Run(options.Workers, options.Seeds, seed =>
            Outcomes(policies, DiffusionPath.Draw(Dice.Seed((ulong)seed, 600), Volatility * options.VolatilityError, 5 * Delays.Minute, cells), terms));
        StaleQuoteChain.Outcome[][] quotes = Workers.Run(options.Workers, options.Seeds, seed => Delays.All.Select(d => Chain(seed, d)).ToArray());
        return [.. Curves(Diffusion, policies, outcomes), ChainCurve(quotes)];
    }

    public IEnumerable<PolicyCurve> InOrderFlow(out PricePath first)
    {
        RunTerms terms = new(RiskPrice, s_flow.Variance, Fee, Gas);
        Policy[] policies = Policies();
        PricePath? kept = null;
        (PolicyOutcome[] Policies, double[] Quotes)[] outcomes = Workers.Run(options.Workers, options.Seeds, seed =>
        {
            PricePath path = OrderFlowPath.Draw(Dice.Seed((ulong)seed, 700), s_flow, size.OrderFlowDays * Day);
            if (seed == 0)
                kept = path;
            return (Outcomes(policies, path, terms), Delays.All.Select(d => QuoteLoss(path, d)).ToArray());
        });
        first = kept!;
        double[][] quotes = [.. outcomes.Select(o => o.Quotes)];
        return
        [
            .. Curves(OrderFlow, policies, [.. outcomes.Select(o => o.Policies)]),
            QuoteCurve(OrderFlow, d => Estimate.Of(Column(quotes, d)), (d, e) => Estimate.Of(Difference(Column(quotes, d), Column(quotes, e)))),
        ];
    }

    private static Policy[] Policies()
    {
        BandLaws law = new(RiskPrice, Volatility, Weight, Fee, Gas);
        (double h, double r) = law.Best();
        return
        [
            new ConstantMixPolicy("band, back to target", Weight, law.TargetBand, 0),
            new ConstantMixPolicy("band, landing inside", Weight, h, r),
            new ConstantMixPolicy("band of half a point", Weight, 0.005, 0),
            new CppiPolicy("floor, multiplier 5", 5, 0.8, 0.05, 3, 7 * Day),
            new LeveragePolicy("leverage 3", 3, 2.85, 3.15),
        ];
    }

    private static PolicyOutcome[] Outcomes(Policy[] policies, PricePath path, RunTerms terms) =>
        [.. policies.SelectMany(p => Delays.All.Select(d => PolicyRun.Run(p, path, terms, d)))];

    private static IEnumerable<PolicyCurve> Curves(string world, Policy[] policies, PolicyOutcome[][] seeds) =>
        policies.Select((policy, at) => Curve(world, policy, [.. seeds.Select(s => s[(at * Delays.All.Count)..((at + 1) * Delays.All.Count)])]));

    // outcomes: by seed, then by delay.
    private static PolicyCurve Curve(string world, Policy policy, PolicyOutcome[][] outcomes)
    {
        List<CostPoint> points = [.. Delays.All.Select((_, d) => Point(outcomes, d))];
        List<LatencyCut> cuts = [];
        foreach ((long from, long to) in Delays.Cuts)
        {
            (int late, int soon) = (Delays.IndexOf(from), Delays.IndexOf(to));
            double[] saved = [.. outcomes.Select(o => PerYear(o[late], x => x.Total(s_mainSlot)) - PerYear(o[soon], x => x.Total(s_mainSlot)))];
            Estimate perTrade = Estimate.RatioDifference(
                Moves(outcomes, late), Trades(outcomes, late), Moves(outcomes, soon), Trades(outcomes, soon));
            cuts.Add(new LatencyCut(from, to, Estimate.Of(saved), perTrade));
        }
        return new PolicyCurve(world, policy.Name, policy.IsTrendSide ? PolicySide.Trend : PolicySide.Contrarian, points, cuts);
    }

    private static CostPoint Point(PolicyOutcome[][] outcomes, int delay)
    {
        Estimate Of(Func<PolicyOutcome, double> part) => Estimate.Of([.. outcomes.Select(o => PerYear(o[delay], part))]);
        double Total(PolicyOutcome outcome) => PerYear(outcome, x => x.Total(s_mainSlot));
        return new CostPoint
        {
            Delay = Delays.All[delay],
            Tracking = Of(o => o.Tracking),
            Adverse = Of(o => o.Adverse),
            Fees = Of(o => o.Fees),
            Missed = Of(o => o.Missed[s_mainSlot]),
            Floor = Of(o => o.Floor),
            Total = Of(o => o.Total(s_mainSlot)),
            OverNoLatency = Estimate.Of([.. outcomes.Select(o => Total(o[delay]) - Total(o[0]))]),
            TrackingAndFeesOverNoLatency = Estimate.Of([.. outcomes.Select(o =>
                PerYear(o[delay], x => x.Tracking + x.Fees) - PerYear(o[0], x => x.Tracking + x.Fees))]),
            AdversePerTrade = Estimate.Ratio(Moves(outcomes, delay), Trades(outcomes, delay)),
            MissedPerTrade = [.. Delays.Slots.Select((_, slot) =>
                Estimate.Ratio([.. outcomes.Select(o => 1e4 * o[delay].MissedMoves[slot])], Trades(outcomes, delay)))],
            TradesPerYear = outcomes.Sum(o => o[delay].Trades) / outcomes.Sum(o => o[delay].Years),
        };
    }

    private static double PerYear(PolicyOutcome outcome, Func<PolicyOutcome, double> part) => 1e4 * part(outcome) / outcome.Years;

    private static double[] Moves(PolicyOutcome[][] outcomes, int delay) => [.. outcomes.Select(o => 1e4 * o[delay].MoveAgainst)];

    private static double[] Trades(PolicyOutcome[][] outcomes, int delay) => [.. outcomes.Select(o => (double)o[delay].Trades)];

    private StaleQuoteChain.Outcome Chain(int seed, long interval)
    {
        if (interval == 0)
            return new StaleQuoteChain.Outcome(0, 0, 1);
        double move = Volatility * Math.Sqrt(interval / Delays.NanosecondsPerYear);
        return StaleQuoteChain.Run(Dice.Seed((ulong)seed, 800 + (ulong)interval), PoolFee / move, long.MaxValue, false,
            options.VolatilityError, size.ChainBlocks / 50);
    }

    // A block's profit is for a unit of P²·|x′(P)|, which for a constant product pool is a quarter of its value.
    private static PolicyCurve ChainCurve(StaleQuoteChain.Outcome[][] chains)
    {
        double scale = 1e4 * Volatility * Volatility / 4;
        double[] Losses(int delay) => [.. chains.Select(c => scale * c[delay].Profit * c[delay].Blocks)];
        double[] Blocks(int delay) => [.. chains.Select(c => c[delay].Blocks)];
        return QuoteCurve(Diffusion, d => Estimate.Ratio(Losses(d), Blocks(d)),
            (d, e) => Estimate.RatioDifference(Losses(d), Blocks(d), Losses(e), Blocks(e)));
    }

    private static double QuoteLoss(PricePath path, long interval) =>
        interval == 0 ? 0 : 1e4 / 4 * QuoteRun.Run(path.Times, path.Logs, interval, PoolFee).Loss / (path.End / Delays.NanosecondsPerYear);

    private static PolicyCurve QuoteCurve(string world, Func<int, Estimate> loss, Func<int, int, Estimate> difference)
    {
        List<CostPoint> points = [.. Delays.All.Select((delay, d) => new CostPoint
        {
            Delay = delay, StaleQuotes = loss(d), Total = loss(d), OverNoLatency = difference(d, 0),
        })];
        List<LatencyCut> cuts = [.. Delays.Cuts.Select(c =>
            new LatencyCut(c.From, c.To, difference(Delays.IndexOf(c.From), Delays.IndexOf(c.To)), null))];
        return new PolicyCurve(world, "pool, 5 bp fee", PolicySide.Quoting, points, cuts);
    }

    private static double[] Column(double[][] rows, int column) => [.. rows.Select(r => r[column])];

    private static double[] Difference(double[] late, double[] soon) => [.. late.Zip(soon, (a, b) => a - b)];
}
