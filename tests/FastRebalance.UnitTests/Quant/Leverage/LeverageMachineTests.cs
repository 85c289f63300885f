using FastRebalance.Quant.Leverage;

namespace FastRebalance.UnitTests.Quant.Leverage;

// The rules and the fixture are those of IndexCoop's FlexibleLeverageStrategyExtension, commit c852c02.
public class LeverageMachineTests
{
    private const long Second = 1000;
    private const long Day = 86_400 * Second;
    private const long Now = 1_000 * Day;

    private static readonly LeverageSettings s_long = new();

    private static readonly LeverageSettings s_short = new() { Target = -1, Least = -0.7, Most = -1.3, Ripcord = -2 };

    private static readonly LeveragedHolding s_two = new(2, -1000);

    private static LeverageMachine Deep(LeverageSettings settings) => new(settings, [new(1e9, 1e9)]);

    [Theory]
    [InlineData(1010, 1.980392, 1.981373)]
    [InlineData(1300, 1.625, 1.7)]
    [InlineData(850, 2.428571, 2.3)]
    [InlineData(990, 2.020408, 2.019388)]
    public void Decide_FixturePrices_GoesWhereTheStrategyGoes(double price, double current, double next)
    {
        LeverageDecision decision = Deep(s_long).Decide(in s_two, price, Now, 0);

        Assert.Equal(current, s_two.LeverageAt(price), 1e-6);
        Assert.Equal(LeverageAction.Rebalance, decision.Action);
        Assert.Equal(next, decision.Goal, 1e-6);
        Assert.Equal((next - current) / current * 2, decision.Units, 2e-6); // total notional, in units of collateral
        Assert.Equal(next, s_two.After(decision.Units, price).LeverageAt(price), 1e-6);
        Assert.Equal(0.01, decision.Slippage);
    }

    // Its integration test's prices, ETH 1000 to 1100 to 800, with 1010 before and 650 after; a day between them.
    [Fact]
    public void Decide_PublishedScenario_PullsTheRipcordAndStopsAtTheLendersLimit()
    {
        LeverageMachine machine = Deep(s_long);
        LeveragedHolding holding = s_two;
        (double Price, LeverageAction Action, double After)[] expected =
        [
            (1010, LeverageAction.Rebalance, 1.981373), (1100, LeverageAction.Rebalance, 1.842399),
            (800, LeverageAction.Ripcord, 2.3), (650, LeverageAction.Ripcord, 3.078403),
        ];
        for (int day = 0; day < expected.Length; day++)
        {
            (double price, LeverageAction action, double after) = expected[day];
            LeverageDecision decision = machine.Decide(in holding, price, Now + 2 * day * Day, 0);
            Assert.Equal(action, decision.Action);
            Assert.Equal(action == LeverageAction.Ripcord ? 0.05 : 0.01, decision.Slippage);
            machine.Note(in decision, 0, Now + 2 * day * Day);
            holding = holding.After(decision.Units, price);
            Assert.Equal(after, holding.LeverageAt(price), 1e-6);
        }
    }

    [Fact]
    public void Decide_InsideTheBand_WaitsForTheInterval()
    {
        LeverageMachine machine = Deep(s_long);
        machine.Resume(double.NaN, [Now]);

        Assert.Equal(LeverageAction.Wait, machine.Decide(in s_two, 1010, Now + Day, 0).Action);
        Assert.Equal(LeverageAction.Rebalance, machine.Decide(in s_two, 1010, Now + Day + 1, 0).Action);
        Assert.Equal(LeverageAction.Rebalance, machine.Decide(in s_two, 850, Now + 1, 0).Action);
        Assert.Equal(LeverageAction.Rebalance, machine.Decide(in s_two, 1300, Now + 1, 0).Action);
    }

    [Fact]
    public void Decide_LargerThanASlice_IteratesAfterEachCooldown()
    {
        LeverageMachine machine = new(s_long, [new(0.05, 0.3)]);
        LeveragedHolding holding = s_two;
        List<double> slices = [];
        long now = Now;
        LeverageDecision decision = machine.Decide(in holding, 850, now, 0);
        Assert.Equal(LeverageAction.Rebalance, decision.Action);
        while (decision.Units != 0)
        {
            slices.Add(decision.Units);
            machine.Note(in decision, 0, now);
            holding = holding.After(decision.Units, 850);
            Assert.Equal(LeverageAction.Wait, machine.Decide(in holding, 850, now + 3000 * Second, 0).Action);
            now += 3000 * Second + 1;
            decision = machine.Decide(in holding, 850, now, 0);
            Assert.True(decision.Action == (slices.Count < 3 ? LeverageAction.Iterate : LeverageAction.Wait));
        }

        Assert.Equal([-0.05, -0.05], slices.Take(2));
        Assert.Equal(3, slices.Count);
        Assert.Equal(2.3, holding.LeverageAt(850), 1e-9);
        Assert.True(double.IsNaN(machine.OpenGoal));
    }

    [Theory]
    [InlineData(850, 1000)]  // reducing to 2.3, and the price came back
    [InlineData(1300, 1150)] // adding to 1.7, and the price fell back
    public void Decide_PriceDidTheRest_EndsTheSlices(double price, double back)
    {
        LeverageMachine machine = new(s_long, [new(0.02, 0.3)]);
        LeverageDecision first = machine.Decide(in s_two, price, Now, 0);
        machine.Note(in first, 0, Now);
        LeveragedHolding holding = s_two.After(first.Units, price);
        Assert.Equal(first.Goal, machine.OpenGoal);

        LeverageDecision end = machine.Decide(in holding, back, Now + 3001 * Second, 0);
        Assert.Equal((LeverageAction.EndSlices, 0.0), (end.Action, end.Units));
        machine.Note(in end, 0, Now + 3001 * Second);
        Assert.True(double.IsNaN(machine.OpenGoal));
        Assert.Equal(LeverageAction.Wait, machine.Decide(in holding, back, Now + 3002 * Second, 0).Action);
    }

    [Fact]
    public void Decide_RipcordAmidSlices_GoesFirstOnEveryVenueThatHasRested()
    {
        LeverageMachine machine = new(s_long, [new(0.05, 0.1), new(0.05, 0), new(0.05, 0.2)]);
        LeverageDecision slice = machine.Decide(in s_two, 850, Now, 0);
        machine.Note(in slice, 0, Now);
        LeveragedHolding holding = s_two.After(slice.Units, 850);

        Assert.Equal(LeverageAction.RipcordResting, machine.Decide(in holding, 750, Now + 60 * Second, 0).Action);
        Assert.Equal(LeverageAction.Blocked, machine.Decide(in holding, 750, Now + 60 * Second, 1).Action);
        LeverageDecision ripcord = machine.Decide(in holding, 750, Now + 60 * Second, 2);
        Assert.Equal((LeverageAction.Ripcord, -0.2, 0.05), (ripcord.Action, ripcord.Units, ripcord.Slippage));
        machine.Note(in ripcord, 2, Now + 60 * Second);
        Assert.True(double.IsNaN(machine.OpenGoal));
        Assert.Equal(LeverageAction.Ripcord, machine.Decide(in holding, 750, Now + 60 * Second + 1, 0).Action);
    }

    [Fact]
    public void Decide_SeveralVenues_BeginOnceAndSliceEverywhere()
    {
        LeverageMachine machine = new(s_long, [new(0.001, 1), new(0.001, 1)]);
        LeverageDecision begun = machine.Decide(in s_two, 1050, Now, 0);
        Assert.False(begun.IsWhole);
        machine.Note(in begun, 0, Now);
        Assert.Equal(LeverageAction.Wait, machine.Decide(in s_two, 1050, Now + 1, 0).Action);
        Assert.Equal(LeverageAction.Iterate, machine.Decide(in s_two, 1050, Now + 1, 1).Action);

        machine = new(s_long, [new(9, 9), new(9, 9)]);
        LeverageDecision whole = machine.Decide(in s_two, 1010, Now, 0);
        machine.Note(in whole, 0, Now);
        Assert.Equal(LeverageAction.Wait, machine.Decide(in s_two, 1010, Now + 1, 1).Action);
    }

    // One unit borrowed and sold at 1000: leverage −1, and the rules of a long position in the mirror.
    [Theory]
    [InlineData(1000, LeverageAction.Wait, -1, -1)]
    [InlineData(1100, LeverageAction.Rebalance, -1.222222, -1.211111)]
    [InlineData(1200, LeverageAction.Rebalance, -1.5, -1.3)]
    [InlineData(800, LeverageAction.Rebalance, -0.666667, -0.7)]
    [InlineData(1400, LeverageAction.Ripcord, -2.333333, -1.3)]
    [InlineData(2000, LeverageAction.Insolvent, double.NegativeInfinity, double.NaN)]
    public void Decide_ShortPosition_IsTheMirror(double price, LeverageAction action, double current, double next)
    {
        LeveragedHolding holding = new(-1, 2000);
        LeverageDecision decision = Deep(s_short with { LoanToValue = 0.8, LiquidationThreshold = 0.85 }).Decide(in holding, price, Now, 0);

        Assert.Equal(current, holding.LeverageAt(price), 1e-6);
        Assert.Equal(action, decision.Action);
        if (decision.Units == 0)
            return;
        Assert.Equal(next, decision.Goal, 1e-6);
        Assert.Equal(price > 1000, decision.Units > 0); // what rises is bought back, what falls is sold
        LeveragedHolding after = holding.After(decision.Units, price);
        if (action == LeverageAction.Ripcord)
            Assert.InRange(after.LeverageAt(price), current, next); // as far as the lender lets it
        else
            Assert.Equal(next, after.LeverageAt(price), 1e-6);
        Assert.Equal(holding.EquityAt(price), after.EquityAt(price), 1e-9);
    }

    [Fact]
    public void DecideToEngage_BeyondTheLendersLimit_IsCompletedBySlices()
    {
        LeverageMachine machine = Deep(s_long);
        LeveragedHolding holding = new(1, 0);
        Assert.Equal(LeverageAction.NotEngaged, machine.Decide(in holding, 1000, Now, 0).Action);

        LeverageDecision first = machine.DecideToEngage(in holding, 1000, 0);
        Assert.Equal((LeverageAction.Engage, 2.0), (first.Action, first.Goal));
        Assert.Equal(0.75 * 0.99, first.Units, 1e-12);
        machine.Note(in first, 0, Now);
        holding = holding.After(first.Units, 1000);
        Assert.Equal(LeverageAction.BadInput, machine.DecideToEngage(in holding, 1000, 0).Action);

        LeverageDecision second = machine.Decide(in holding, 1000, Now + 3001 * Second, 0);
        Assert.Equal(LeverageAction.Iterate, second.Action);
        Assert.True(second.IsWhole);
        Assert.Equal(2, holding.After(second.Units, 1000).LeverageAt(1000), 1e-12);
    }

    [Fact]
    public void DecideToDisengage_UntilNothingIsOwed_LeavesNoDebt()
    {
        LeverageMachine machine = Deep(s_long);
        LeveragedHolding holding = s_two;
        for (int trades = 1; ; trades++)
        {
            LeverageDecision decision = machine.DecideToDisengage(in holding, 1000, 0);
            Assert.Equal(LeverageAction.Disengage, decision.Action);
            machine.Note(in decision, 0, Now);
            holding = holding.After(decision.Units, 1000);
            if (decision.IsWhole)
            {
                Assert.Equal(2, trades);
                break;
            }
            Assert.Equal(LeverageAction.Wait, machine.Decide(in holding, 1500, Now + 2 * Day, 0).Action); // nothing levers up again
        }
        Assert.Equal(0, holding.Cash, 1e-9);
        Assert.Equal(1, holding.Units, 1e-12);
    }

    [Fact]
    public void Decide_NothingToSteerBy_IsNamed()
    {
        LeverageMachine machine = Deep(s_long);
        Assert.Equal(default, LeverageAction.Undecided);
        Assert.Equal(LeverageAction.BadInput, machine.Decide(in s_two, double.NaN, Now, 0).Action);
        Assert.Equal(LeverageAction.BadInput, machine.Decide(in s_two, 0, Now, 0).Action);
        Assert.Equal(LeverageAction.BadInput, machine.Decide(new(double.NaN, -1), 1, Now, 0).Action);
        Assert.Equal(LeverageAction.NotEngaged, machine.Decide(new(1, 100), 1000, Now, 0).Action);
        LeverageDecision insolvent = machine.Decide(in s_two, 500, Now, 0);
        Assert.Equal(LeverageAction.Insolvent, insolvent.Action);

        machine.Note(in insolvent, 0, Now);
        Assert.Equal(LeverageAction.Insolvent, machine.Decide(in s_two, 1000, Now, 0).Action);
        machine.Resume(double.NaN, [Now]);
        Assert.Equal(LeverageAction.Wait, machine.Decide(in s_two, 1000, Now, 0).Action);
    }

    [Fact]
    public void TryChange_AmidSlices_IsRefused()
    {
        LeverageMachine machine = new(s_long, [new(0.01, 0.3)]);
        LeverageDecision slice = machine.Decide(in s_two, 850, Now, 0);
        Assert.True(machine.TryChange(s_long));
        machine.Note(in slice, 0, Now);
        Assert.False(machine.TryChange(s_long with { Most = 3, Ripcord = 4 }));
        Assert.Throws<ArgumentException>(() => Deep(s_long).TryChange(s_long with { RecenteringSpeed = 0 }));
    }

    public static TheoryData<LeverageSettings, string> BrokenSettings => new()
    {
        { s_long with { Least = 2.1 }, "least leverage" },
        { s_long with { Least = 1 }, "least leverage" },
        { s_short with { Least = 0 }, "least leverage" },
        { s_long with { Most = 1.9 }, "most leverage" },
        { s_short with { Most = -0.9 }, "most leverage" },
        { s_long with { RecenteringSpeed = 0 }, "recentering speed" },
        { s_long with { RecenteringSpeed = 1.01 }, "recentering speed" },
        { s_long with { Unused = 1.1 }, "unused share" },
        { s_long with { Slippage = 1.1 }, "slippage must" },
        { s_long with { RipcordSlippage = 1.1 }, "ripcord's slippage" },
        { s_long with { Ripcord = 2.29 }, "ripcord must" },
        { s_long with { Interval = TimeSpan.Zero }, "interval must" },
        { s_long with { SliceCooldown = TimeSpan.Zero }, "cooldown of slices" },
        { s_long with { LoanToValue = 0.9 }, "loan to value" },
        { s_long with { Target = double.NaN }, "least leverage" },
    };

    [Theory, MemberData(nameof(BrokenSettings))]
    public void LeverageMachine_BrokenSetting_IsNamed(LeverageSettings settings, string fragment) =>
        Assert.Contains(fragment, Assert.Throws<ArgumentException>(() => Deep(settings)).Message);

    [Fact]
    public void LeverageMachine_BrokenVenues_AreRefused()
    {
        Assert.Empty(s_long.Problems());
        Assert.Empty(s_short.Problems());
        Assert.Throws<ArgumentException>(() => new LeverageMachine(s_long, []));
        Assert.Throws<ArgumentException>(() => new LeverageMachine(s_long, [new(0, 1)]));
        Assert.Throws<ArgumentException>(() => new LeverageMachine(s_long, [new(1, -1)]));
    }

    // Inside the quiet range it always waits, beyond it never, to the last bit of the price and the millisecond.
    [Fact]
    public void QuietRangeOf_SeededStates_IsWhereNothingIsDone()
    {
        Random random = new(41);
        int quiet = 0, acts = 0;
        for (int i = 0; i < 100_000; i++)
        {
            (LeverageMachine machine, LeveragedHolding holding, double price) = State(random, out LeverageSettings settings);
            QuietRange range = machine.QuietRangeOf(in holding, 0);
            double edge = random.Next(2) == 0 ? range.Low : range.High;
            price = random.Next(6) switch
            {
                0 => edge,
                1 => Math.BitIncrement(edge),
                2 => Math.BitDecrement(edge),
                3 => edge * (1 + 1e-9 * (random.NextDouble() - 0.5)),
                _ => price,
            };
            long now = random.Next(4) == 0 && range.LastMs < long.MaxValue
                ? range.LastMs + random.Next(2)
                : Now + random.NextInt64(2 * Day);
            if (!(price > 0) || !double.IsFinite(price))
                continue;
            LeverageAction action = machine.Decide(in holding, price, now, 0).Action;
            bool isQuiet = range.Holds(price, now), waits = action == LeverageAction.Wait;
            if (waits && !isQuiet && IsAtARim(holding.LeverageAt(price), settings))
                continue; // a rim's own leverage, and a rounding beyond its price: nothing to trade
            Assert.True(isQuiet == waits, $"{holding} at {price:R}, {now}: {action} and {range}");
            (quiet, acts) = isQuiet ? (quiet + 1, acts) : (quiet, acts + 1);
        }
        Assert.True(quiet > 15_000 && acts > 20_000, $"{quiet} {acts}");
    }

    // What it does, by leverage worked out in decimals and no prices of rims at all.
    [Fact]
    public void Decide_SeededStates_FollowsTheLeverage()
    {
        Random random = new(43);
        int seen = 0;
        for (int i = 0; i < 100_000; i++)
        {
            (LeverageMachine machine, LeveragedHolding holding, double price) = State(random, out LeverageSettings settings);
            decimal exposure = (decimal)holding.Units * (decimal)price, equity = exposure + (decimal)holding.Cash;
            if (Math.Abs(equity) < 1e-6m * Math.Abs(exposure))
                continue;
            double side = Math.Sign(settings.Target), leverage = equity > 0 ? side * (double)(exposure / equity) : double.PositiveInfinity;
            double[] rims = [side * settings.Least, side * settings.Most, side * settings.Ripcord];
            if (rims.Any(rim => Math.Abs(leverage - rim) < 1e-9))
                continue;
            long now = Now + random.NextInt64(2 * Day);
            LeverageDecision decision = machine.Decide(in holding, price, now, 0);
            bool isOpen = !double.IsNaN(machine.OpenGoal), isTradeDue = now - Now > (isOpen ? 3000 * Second : Day);
            LeverageAction[] expected =
                equity <= 0 ? [LeverageAction.Insolvent]
                : leverage >= rims[2]
                    ? now - Now > 60 * Second ? [LeverageAction.Ripcord, LeverageAction.Blocked] : [LeverageAction.RipcordResting]
                : isOpen ? isTradeDue ? [LeverageAction.Iterate, LeverageAction.EndSlices, LeverageAction.Blocked] : [LeverageAction.Wait]
                : isTradeDue || leverage < rims[0] || leverage > rims[1] ? [LeverageAction.Rebalance, LeverageAction.Blocked]
                : [LeverageAction.Wait];
            Assert.Contains(decision.Action, expected);
            if (decision.Units == 0)
                continue;
            seen++;
            double after = side * holding.After(decision.Units, price).LeverageAt(price), goal = side * decision.Goal;
            Assert.InRange(after, Math.Min(leverage, goal) - 1e-9 * leverage, Math.Max(leverage, goal) + 1e-9 * leverage);
            Assert.True(!decision.IsWhole || Math.Abs(after - goal) < 1e-9 * leverage);
        }
        Assert.True(seen > 20_000, $"{seen}");
    }

    [Fact]
    public void DecideAndNote_ManyTimes_AllocateNothing()
    {
        LeverageMachine machine = Deep(s_long);
        double units = 0;
        long allocated = long.MaxValue;
        for (int round = 0; round < 5; round++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < 1_000; i++)
            {
                LeverageDecision decision = machine.Decide(in s_two, 800 + i % 500, Now + i * Day, 0);
                machine.Note(in decision, 0, Now + i * Day);
                units += decision.Units + machine.QuietRangeOf(in s_two, 0).Low;
            }
            allocated = Math.Min(allocated, GC.GetAllocatedBytesForCurrentThread() - before);
        }
        Assert.True(double.IsFinite(units));
        Assert.Equal(0, allocated);
    }

    private static bool IsAtARim(double leverage, LeverageSettings settings) =>
        Math.Abs(leverage / settings.Least - 1) < 1e-14 || Math.Abs(leverage / settings.Most - 1) < 1e-14;

    private static (LeverageMachine Machine, LeveragedHolding Holding, double Price) State(Random random, out LeverageSettings settings)
    {
        bool isLong = random.Next(2) == 0;
        double unit = isLong ? 1 : 0, target = unit + 0.2 + 3 * random.NextDouble(), most = target * (1 + 0.4 * random.NextDouble());
        double sign = isLong ? 1 : -1;
        settings = new LeverageSettings
        {
            Target = sign * target,
            Least = sign * (unit + (target - unit) * (0.3 + 0.7 * random.NextDouble())),
            Most = sign * most,
            Ripcord = sign * (random.Next(8) == 0 ? most : most * (1 + random.NextDouble())),
            RecenteringSpeed = 0.01 + 0.99 * random.NextDouble(),
            LoanToValue = 0.9,
            LiquidationThreshold = 0.95,
        };
        double price = Math.Exp(8 * random.NextDouble()), equity = Math.Exp(5 * random.NextDouble());
        double leverage = sign * (unit + (target - unit) * 2.5 * random.NextDouble());
        LeveragedHolding holding = new(leverage * equity / price, equity * (1 - leverage));
        LeverageMachine machine = new(settings, [new(random.Next(3) == 0 ? 0.1 * equity / price : 1e9, 1e9)]);
        machine.Resume(random.Next(3) == 0 ? sign * (unit + (most - unit) * random.NextDouble()) : double.NaN, [Now]);
        return (machine, holding, price * Math.Exp(0.6 * (random.NextDouble() - 0.5)));
    }
}
