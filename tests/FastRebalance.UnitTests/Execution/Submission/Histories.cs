using FastRebalance.Execution.Fees;
using FastRebalance.Execution.Submission;

namespace FastRebalance.UnitTests.Execution.Submission;

/// <summary>Random histories of an account, the same for the same seed, and the shortest part of one that still breaks something.</summary>
internal static class Histories
{
    // How often each kind comes, out of their sum.
    private static readonly (WorldEventKind Kind, int Weight)[] Weights =
    [
        (WorldEventKind.Order, 14), (WorldEventKind.Arm, 6), (WorldEventKind.Disarm, 1), (WorldEventKind.Fire, 6), (WorldEventKind.Void, 1),
        (WorldEventKind.SpeedUp, 2), (WorldEventKind.Comes, 34), (WorldEventKind.SaysAgain, 2), (WorldEventKind.Echo, 3), (WorldEventKind.Blocks, 20),
        (WorldEventKind.Reorg, 5), (WorldEventKind.BeginLook, 5), (WorldEventKind.Look, 26), (WorldEventKind.Gap, 1), (WorldEventKind.ForeignSeen, 0),
        (WorldEventKind.ForeignMined, 1), (WorldEventKind.Kill, 1), (WorldEventKind.Drain, 1), (WorldEventKind.Balance, 2), (WorldEventKind.Market, 4),
        (WorldEventKind.Drop, 3), (WorldEventKind.LogFails, 0), (WorldEventKind.Crash, 3), (WorldEventKind.PowerLoss, 1),
    ];

    private static readonly WorldEventKind[] Wheel = [.. Weights.SelectMany(static weight => Enumerable.Repeat(weight.Kind, weight.Weight * 2)), WorldEventKind.ForeignSeen, WorldEventKind.LogFails];

    public static WorldSetup SetupOf(int seed, WorldFlaw flaw = WorldFlaw.None, string? only = null)
    {
        Random random = new(seed);
        return new WorldSetup
        {
            Terms = new AccountTerms
            {
                FinalDepth = seed % 50 == 0 ? 64 : 1 + random.Next(4),
                ReleaseDepth = random.Next(3),
                RepriceAfterHeads = 1 + random.Next(3),
                ResendAfterHeads = 1 + random.Next(2),
                SuspectHeads = 1 + random.Next(2),
                MaxLive = 1 + random.Next(3),
            },
            Fees = new FeeOptions { CanReplace = random.Next(5) != 0 },
            SignsHere = random.Next(2) == 0,
            Flaw = flaw,
            Only = only,
        };
    }

    public static WorldEvent[] EventsOf(int seed)
    {
        Random random = new(seed);
        WorldEvent[] events = new WorldEvent[20 + random.Next(41)];
        for (int i = 0; i < events.Length; i++)
            events[i] = new WorldEvent(Wheel[random.Next(Wheel.Length)], random.Next(1 << 16), random.Next(1 << 16));
        return events;
    }

    /// <summary>Runs a history; the exception that ended it, or null.</summary>
    public static Exception? Run(WorldSetup setup, ReadOnlySpan<WorldEvent> events, bool settles = true, Action<string>? trace = null, InputCoverage? coverage = null)
    {
        try
        {
            AccountWorld world = new(setup) { Trace = trace, Coverage = coverage };
            foreach (ref readonly WorldEvent happening in events)
                world.Apply(in happening);
            if (settles)
                world.Settle();
            return null;
        }
        catch (Exception broken) when (broken is InvariantBrokenException or InvalidOperationException or ArgumentException or NullReferenceException or KeyNotFoundException)
        {
            return broken;
        }
    }

    /// <summary>Leaves out what is not needed for the same break, until nothing more can be left out.</summary>
    public static WorldEvent[] Shrink(WorldSetup setup, WorldEvent[] events)
    {
        string broken = KindOf(Run(setup, events));
        for (int size = events.Length / 2; size >= 1; size /= 2)
            for (int from = 0; from + size <= events.Length;)
            {
                WorldEvent[] fewer = [.. events[..from], .. events[(from + size)..]];
                if (KindOf(Run(setup, fewer)) == broken)
                    events = fewer;
                else
                    from++;
            }
        return events;
    }

    /// <summary>What broke, the seed, and the shortest history that breaks it.</summary>
    public static string Describe(int seed, WorldSetup setup)
    {
        WorldEvent[] events = Shrink(setup, EventsOf(seed));
        List<string> trace = [];
        Run(setup, events, settles: true, trace.Add);
        return $"seed {seed}: {Run(setup, events)}\n{setup}\n{string.Join('\n', events.Select(static happening => $"    new({nameof(WorldEventKind)}.{happening.Kind}, {happening.A}, {happening.B}),"))}\n{string.Join('\n', trace.Take(40))}";
    }

    private static string KindOf(Exception? broken) => broken is InvariantBrokenException invariant ? invariant.Invariant : broken?.GetType().Name ?? "";
}
