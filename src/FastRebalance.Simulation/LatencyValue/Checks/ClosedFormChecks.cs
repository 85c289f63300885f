using System.Globalization;
using FastRebalance.Quant.Pools;
using FastRebalance.Simulation.LatencyValue.Paths;
using FastRebalance.Simulation.LatencyValue.Policies;
using FastRebalance.Simulation.LatencyValue.Quoting;

namespace FastRebalance.Simulation.LatencyValue.Checks;

/// <summary>Every closed form the simulator must reproduce before it may report. Same seeds, same numbers.</summary>
internal sealed class ClosedFormChecks(LatencyValueOptions options, ExperimentSize size)
{
    private const double Volatility = 0.8, RiskPrice = 5, Weight = 0.5;

    private static readonly double[] s_fees = [0, 1, 2, 5, 10, 20];

    private double VolatilityError => options.VolatilityError;

    public List<Check> Run(Action<string> progress)
    {
        progress("closed forms: pools");
        List<Check> checks = [LossWithoutFee(), .. StaleQuotes()];
        progress("closed forms: bands");
        checks.AddRange(Bands());
        progress("closed forms: floors");
        checks.Add(FloorBreaks(4, 52, 0.252456));
        checks.Add(FloorBreaks(3, 52, 0.008261));
        checks.Add(FloorBreaks(4, 12, 0.809856));
        return checks;
    }

    // The pool itself, at real prices: what its holdings would be worth had they not been traded, less what it is worth.
    private Check LossWithoutFee()
    {
        const double daily = 0.05;
        const int blocksPerDay = 1440;
        double volatility = daily * Math.Sqrt(365) * VolatilityError;
        double[] perDay = Seeds((int)Math.Min(64, size.ChainBlocks / 25_000), seed =>
        {
            PricePath path = DiffusionPath.Draw(Dice.Seed(seed, 100), volatility, Delays.Minute, 50_000);
            double lost = 0;
            for (int i = 1; i < path.Logs.Length; i++)
                lost += PoolLoss(Math.Exp(path.Logs[i - 1]), Math.Exp(path.Logs[i]));
            return 1e4 * lost / (path.Logs.Length - 1) * blocksPerDay;
        });
        const double expected = 3.125;
        return new Check("constant product pool, 5 % a day, no fee", "σ²/8, Milionis, Moallemi, Roughgarden, Zhang 2022", "bp/day", expected,
            Estimate.Of(perDay), 0.005 * size.Slack * expected);
    }

    // x = 1/√P and V = 2√P, so that x(P)·(P′−P) − (V(P′)−V(P)) = (√P′−√P)²/√P.
    private static double PoolLoss(double price, double next)
    {
        double from = Math.Sqrt(price), to = Math.Sqrt(next);
        return (to - from) * (to - from) / from / (2 * from);
    }

    private IEnumerable<Check> StaleQuotes()
    {
        const int chains = 16;
        StaleQuoteChain.Outcome[] outcomes = Seeds(2 * s_fees.Length * chains, job =>
        {
            int fee = (int)job / 2 % s_fees.Length;
            return StaleQuoteChain.Run(Dice.Seed(job, 200), s_fees[fee], Blocks(s_fees[fee]) / chains, job % 2 == 0, VolatilityError);
        });
        for (int fee = 0; fee < s_fees.Length; fee++)
        {
            int from = 2 * fee;
            StaleQuoteChain.Outcome[] poisson = Of(from), even = Of(from + 1);
            double chance = Lvr.PoissonTradeProbability(s_fees[fee], blockVolatility: 1), profit = Lvr.BlockProfit(s_fees[fee], blockVolatility: 1);
            string name = string.Create(CultureInfo.InvariantCulture, $"fee {s_fees[fee]} moves of a block");
            const string share = "1/(1+√2·x), Milionis, Moallemi, Roughgarden 2023", law = "1/(2+3.4328·x), Nezlobin, Tassy 2025";
            yield return Relative($"{name}, Poisson blocks: blocks with a trade", share, "share", chance, poisson.Select(o => o.Trades), 0.005);
            yield return Relative($"{name}, Poisson blocks: profit", share + ", halved", "σ²", chance / 2, poisson.Select(o => o.Profit), 0.005);
            yield return Relative($"{name}, even blocks: profit", law, "σ²", profit, even.Select(o => o.Profit), 0.005);
        }

        StaleQuoteChain.Outcome[] Of(int from) =>
            [.. Enumerable.Range(0, chains).Select(i => outcomes[from + 2 * s_fees.Length * i])];
    }

    // A wide fee is reached rarely: the same error takes more blocks.
    private long Blocks(double fee) => size.ChainBlocks * (1 + (long)fee);

    private IEnumerable<Check> Bands()
    {
        BandLaws free = new(RiskPrice, Volatility, Weight, 1e-3, 0), gas = free with { Gas = 1e-5 };
        const double inside = 0.9;
        double edge = free.EdgeBand, target = free.TargetBand;
        (double h, double r) = gas.Best();
        const long halfDay = 12 * 60 * Delays.Minute;
        (BandLaws Law, double H, double R, long Delay, bool AtFill)[] jobs =
        [
            (free, target, 0, 0, false), (free, edge, inside * edge, 0, false), (gas, h, r, 0, false),
            (free, target, 0, halfDay, false), (free, target, 0, halfDay, true),
        ];
        PolicyOutcome[][] outcomes = Seeds(size.CheckPaths, seed =>
        {
            PricePath path = DiffusionPath.Draw(
                Dice.Seed(seed, 300), Volatility * VolatilityError, 15 * Delays.Minute, 4 * 24 * 365 * size.CheckYears);
            return jobs.Select(j => PolicyRun.Run(
                new ConstantMixPolicy("band", Weight, j.H, j.R), path,
                new RunTerms(RiskPrice, Volatility * Volatility, j.Law.Fee, j.Law.Gas) { SampleNs = 15 * Delays.Minute, IsSizedAtFill = j.AtFill },
                j.Delay)).ToArray();
        });
        double[][] losses = [.. jobs.Select((_, j) => outcomes.Select(o => 1e4 * (o[j].Tracking + o[j].Fees) / o[j].Years).ToArray())];
        yield return Relative("band back to target", "2^(1/3)·¾εa²/h", "bp/year", 1e4 * free.Loss(target, 0), losses[0], 0.02);
        yield return Relative("band back to its edge (landing at 0.9 of it)", "¾εa²/h, Gerhold et al. 2013", "bp/year",
            1e4 * free.Loss(edge, edge), losses[1], 0.02);
        yield return Relative("band with gas, landing inside", "J(h,r), fixed and proportional cost", "bp/year", 1e4 * gas.Loss(h, r), losses[2], 0.03);
        double years = halfDay / Delays.NanosecondsPerYear;
        yield return Relative("12 hours of delay, amount fixed on deciding", "½γσ²a²·δ", "bp/year",
            1e4 * free.DelaySlope(false) * years, losses[3].Zip(losses[0], (late, now) => late - now), 0.35);
        yield return Relative("12 hours of delay, amount fixed on landing", "¼γσ²a²·δ", "bp/year",
            1e4 * free.DelaySlope(true) * years, losses[4].Zip(losses[0], (late, now) => late - now), 0.5);
    }

    // Balder, Brandl, Mahayni 2009: within a period the floor breaks when the asset falls by more than 1/m; within four standard errors.
    private Check FloorBreaks(double multiplier, int periods, double expected)
    {
        double period = 1.0 / periods, spread = Volatility * VolatilityError * Math.Sqrt(period);
        const int batches = 32;
        double[] shares = Seeds(batches, batch =>
        {
            Dice dice = new(Dice.Seed(batch, 400 + (ulong)(periods + 100 * multiplier)));
            int broken = 0, years = size.CppiPaths / batches;
            for (int year = 0; year < years; year++)
                broken += BreaksItsFloor(dice, multiplier, periods, spread) ? 1 : 0;
            return (double)broken / years;
        });
        double error = Math.Sqrt(expected * (1 - expected) / size.CppiPaths);
        string every = periods == 52 ? "weekly" : "monthly";
        return new Check($"floor broken within a year, multiplier {multiplier}, {every}", "P_SF, Balder, Brandl, Mahayni 2009", "probability",
            expected, Estimate.Of(shares), 4 * error);
    }

    private static bool BreaksItsFloor(Dice dice, double multiplier, int periods, double spread)
    {
        CppiPolicy policy = new("check", multiplier, 0.8, 0, double.PositiveInfinity, long.MaxValue);
        double log = 0;
        Holding holding = policy.Start(1, 1);
        for (int period = 0; period < periods; period++)
        {
            log += spread * dice.Normal() - spread * spread / 2;
            double price = Math.Exp(log);
            if (policy.FloorLoss(ref holding, price) > 0)
                return true;
            double units = policy.Order(holding, price);
            holding = holding with { Units = holding.Units + units, Cash = holding.Cash - units * price };
        }
        return false;
    }

    private Check Relative(string name, string source, string unit, double expected, IEnumerable<double> samples, double tolerance) =>
        new(name, source, unit, expected, Estimate.Of([.. samples]), tolerance * size.Slack * expected);

    private T[] Seeds<T>(int count, Func<ulong, T> run) => Workers.Run(options.Workers, count, i => run((ulong)i));
}
