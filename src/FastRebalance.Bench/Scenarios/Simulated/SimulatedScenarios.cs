using FastRebalance.Engine.Positions;

namespace FastRebalance.Bench.Scenarios.Simulated;

/// <summary>
/// The scenarios of the simulated world. Nothing in them is a chain: the lending market and the pool are their exact arithmetic, the engine is the real
/// one, and what others do is a path.
/// </summary>
internal static class SimulatedScenarios
{
    private const double Equity = 100_000;
    private const double Tolerance = 0.02; // fees and the pool's impact lie between a published figure, which knows neither, and ours
    private const double UsualLiquidity = 5e17; // as the recorded pool had during the crash

    private static readonly LeveragePosition.Options s_long = new()
    {
        Collateral = "WETH", Debt = "USDC", MostTradeNumeraire = 50_000, RipcordMostTradeNumeraire = 200_000,
    };
    private static readonly LeveragePosition.Options s_inverse = s_long with
    {
        Collateral = "USDC", Debt = "WETH", Target = -1, Least = -0.7, Most = -1.3, Ripcord = -1.6,
    };

    public static IEnumerable<(string Name, Func<ScenarioOptions, ScenarioResult> Play)> All =>
    [
        ("sim-crash-tape", options => Day(options, Reaction.Heads)),
        ("sim-crash-tape-polling-10s", options => Day(options, Reaction.Polling)),
        ("sim-crash-variants", options => Variants(options, Reaction.Heads)),
        ("sim-crash-variants-polling-10s", options => Variants(options, Reaction.Polling)),
        ("sim-gap-through-floor", _ => Gap()),
        ("sim-fli-eth", _ => Fli("sim-fli-eth", s_long, 2, [1_000, 1_100, 800], [1.842399, 2.3])),
        ("sim-fli-inverse", _ => Fli("sim-fli-inverse", s_inverse, -1, [1_300, 1_300, 1_300, 1_700, 1_100], [-1, -1, -1.3, -0.7])),
        ("sim-fli-btc", _ => Fli("sim-fli-btc", s_long, 2, [55_000, 49_000, 35_000], [2.265, 2.3])),
    ];

    /// <summary>Once through everything, so that no measured reaction is the compiler's.</summary>
    public static void WarmUp() => Gap();

    // The recorded day as it was, minute after minute.
    private static ScenarioResult Day(ScenarioOptions options, Reaction reaction)
    {
        string name = reaction == Reaction.Heads ? "sim-crash-tape" : "sim-crash-tape-polling-10s";
        WorldBlock[] path = CrashPath.Of(CrashTape.Read(options.Tape), CrashVariant.Recorded);
        SimulatedDesk desk = Play(s_long, path, CrashVariant.Recorded, reaction, 2);
        return Result(name, [desk]) with
        {
            Failure = desk.Liquidations > 0 ? "it was liquidated" : desk.Trades == 0 ? "it never traded on a day on which leverage left its band" : null,
        };
    }

    // Two hours around the crash, each time otherwise.
    private static ScenarioResult Variants(ScenarioOptions options, Reaction reaction)
    {
        bool isOurs = reaction == Reaction.Heads;
        IReadOnlyList<TapeMinute> minutes = [.. CrashTape.Read(options.Tape).Where(minute => DateTimeOffset.FromUnixTimeSeconds(minute.UnixSeconds).Hour is 21 or 22)];
        List<SimulatedDesk> desks = [];
        long unattended = 0;
        for (int i = 0; i < options.Variants; i++)
        {
            CrashVariant variant = CrashVariant.Of(options.Seed, i);
            WorldBlock[] path = CrashPath.Of(minutes, variant);
            desks.Add(Play(s_long, path, variant, reaction, 2));
            if (isOurs)
                unattended += Play(s_long, path, variant, Reaction.Never, 2).Liquidations;
            if (isOurs && desks[^1].Liquidations > 0)
                options.Progress?.Invoke($"variant {i} was liquidated: {desks[^1].Fate}; {variant}");
            if ((i + 1) % 250 == 0)
                options.Progress?.Invoke($"{i + 1} variants of the crash, {desks.Sum(desk => desk.Liquidations)} liquidations" + (isOurs ? $", {unattended} of a position that nobody tends" : ""));
        }
        return Result(isOurs ? "sim-crash-variants" : "sim-crash-variants-polling-10s", desks) with
        {
            Failure = !isOurs ? null
                : desks.Sum(desk => desk.Liquidations) is > 0 and long lost ? $"{lost} of {desks.Count} variants ended in a liquidation"
                : unattended == 0 ? "a position that nobody tends came through every variant: they are too mild to show anything"
                : desks.Sum(desk => desk.Ripcords) == 0 ? "no variant came to the ripcord" : null,
        };
    }

    // 38 % in one block: health falls from 1.66 to 1.03, through the executor's floor of 1.05 and short of liquidation.
    private static ScenarioResult Gap()
    {
        List<WorldBlock> path = [];
        for (int i = 0; i < 60; i++)
            path.Add(new WorldBlock(1_700_000_000 + i * CrashPath.BlockSeconds, i < 5 ? 2_000 : 1_240, UsualLiquidity, 5, false));
        SimulatedDesk desk = Play(s_long, [.. path], CrashVariant.Recorded, Reaction.Heads, 2);
        return Result("sim-gap-through-floor", [desk]) with
        {
            Failure = desk.Liquidations > 0 ? "it was liquidated" : desk.Ripcords == 0 ? "the ripcord was not pulled"
                : desk.Leverage > 2.35 ? $"leverage stayed at {desk.Leverage:F3}" : null,
        };
    }

    /// <summary>Index Coop's integration scenarios: a few blocks at each price, and one a day later, as their keeper would come.</summary>
    private static ScenarioResult Fli(string name, LeveragePosition.Options options, double leverage, double[] prices, double[] wanted)
    {
        long time = 1_700_000_000;
        SimulatedDesk desk = new(options, new WorldBlock(time, prices[0], UsualLiquidity, 5, false), CrashVariant.Recorded, Reaction.Heads, Equity, leverage);
        List<string> wrong = [];
        for (int stage = 0; stage < prices.Length; stage++)
        {
            double price = prices[stage];
            bool Blocks(int count, int seconds)
            {
                bool lives = true;
                for (int i = 0; lives && i < count; i++)
                    lives = desk.Play(new WorldBlock(time += seconds, price, UsualLiquidity * Math.Sqrt(price / 1_600), 5, false));
                return lives;
            }
            if (!Blocks(30, CrashPath.BlockSeconds))
                return Result(name, [desk]) with { Failure = $"it was liquidated at {price}" };
            // The interval passes while prices rest: one rebalance, not at the first price, where the target stands, nor after a ripcord's.
            if (stage > 0 && stage < prices.Length - 1)
                Blocks(1, 86_401);
            Blocks(5, CrashPath.BlockSeconds);
            if (stage > 0 && Math.Abs(desk.Leverage - wanted[stage - 1]) > Tolerance)
                wrong.Add($"leverage {desk.Leverage:F4} after {price}, wanted is {wanted[stage - 1]}");
        }
        return Result(name, [desk]) with { Failure = wrong.Count > 0 ? string.Join("; ", wrong) : null };
    }

    private static SimulatedDesk Play(LeveragePosition.Options options, WorldBlock[] path, CrashVariant variant, Reaction reaction, double leverage)
    {
        SimulatedDesk desk = new(options, in path[0], variant, reaction, Equity, leverage);
        foreach (ref readonly WorldBlock block in path.AsSpan())
            if (!desk.Play(in block))
                break;
        return desk;
    }

    private static ScenarioResult Result(string name, IReadOnlyList<SimulatedDesk> desks) => new(name)
    {
        Liquidations = desks.Sum(desk => desk.Liquidations),
        Ripcords = desks.Sum(desk => desk.Ripcords),
        FinalLeverage = Median(desks.Select(desk => desk.Leverage)),
        CostBps = Median(desks.Select(desk => desk.CostUsdc / desk.StartEquity * 1e4)),
        ReactionMs = Median(desks.SelectMany(desk => desk.Reactions)),
    };

    private static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted.Length == 0 ? double.NaN : sorted[sorted.Length / 2];
    }
}
