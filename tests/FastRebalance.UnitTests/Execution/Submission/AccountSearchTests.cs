using System.Diagnostics;
using FastRebalance.Execution.Channels;
using FastRebalance.Execution.Submission;

namespace FastRebalance.UnitTests.Execution.Submission;

/// <summary>Every order of a few events, as far as there is time for: no history is too unlikely to be tried.</summary>
public sealed class AccountSearchTests(ITestOutputHelper output)
{
    private const int UsualDepth = 5;

    // Two nonces, two rungs, three kinds of answer, blocks with and without ours, a reorganisation, every end of a process.
    private static readonly WorldEvent[] Alphabet =
    [
        new(WorldEventKind.Order, 1, 15),
        new(WorldEventKind.Arm, 1, 15),
        new(WorldEventKind.Fire),
        new(WorldEventKind.Comes, 0, Says(AnswerClass.Accepted)),
        new(WorldEventKind.Comes, 0, Says(AnswerClass.Underpriced)),
        new(WorldEventKind.Comes, 0, Says(AnswerClass.NotSent)),
        new(WorldEventKind.Blocks),
        new(WorldEventKind.Blocks, 0, 1),
        new(WorldEventKind.Blocks, 0, 2),
        new(WorldEventKind.Look),
        new(WorldEventKind.Reorg),
        new(WorldEventKind.Kill, 1),
        new(WorldEventKind.Gap),
        new(WorldEventKind.Crash),
        new(WorldEventKind.PowerLoss),
        new(WorldEventKind.ForeignMined),
    ];

    [Theory]
    [InlineData(true, true)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    public void EveryHistoryOfAFewEvents_KeepsEveryInvariant(bool signsHere, bool canReplace)
    {
        int depth = int.TryParse(Environment.GetEnvironmentVariable("FASTREBALANCE_SEARCH_DEPTH"), out int asked) ? asked : UsualDepth;
        WorldSetup setup = new()
        {
            Terms = new AccountTerms { FinalDepth = 1, ReleaseDepth = 1, RepriceAfterHeads = 1, ResendAfterHeads = 1, SuspectHeads = 1, MaxLive = 2 },
            Fees = new() { CanReplace = canReplace },
            SignsHere = signsHere,
        };
        long started = Stopwatch.GetTimestamp(), tried = 0;
        HashSet<ulong> known = [];
        List<byte[]> frontier = [[]];
        for (int level = 1; level <= depth; level++)
        {
            List<byte[]> next = [];
            foreach (byte[] path in frontier)
                for (byte symbol = 0; symbol < Alphabet.Length; symbol++)
                {
                    byte[] longer = [.. path, symbol];
                    tried++;
                    AccountWorld world = Replay(setup, longer);
                    if (!known.Add(WorldFingerprint.Of(world)))
                        continue;
                    next.Add(longer);
                    // And from each new state an honest world brings everything to its end.
                    if (level == depth)
                        Settles(world, longer);
                }
            frontier = next;
        }
        output.WriteLine($"depth {depth}: {tried} histories, {known.Count} states, {Stopwatch.GetElapsedTime(started).TotalSeconds:0.0} s");
        Assert.True(known.Count > 1_000, $"only {known.Count} states: the search has not searched");
    }

    private static int Says(AnswerClass answer) => (int)answer - 1;

    private static AccountWorld Replay(WorldSetup setup, byte[] path)
    {
        AccountWorld world = new(setup);
        try
        {
            foreach (byte symbol in path)
                world.Apply(in Alphabet[symbol]);
        }
        catch (Exception broken) when (broken is not OutOfMemoryException)
        {
            Assert.Fail($"{broken.Message} after\n{Describe(path)}\n{world}");
        }
        return world;
    }

    private static void Settles(AccountWorld world, byte[] path)
    {
        try
        {
            world.Settle();
        }
        catch (InvariantBrokenException broken)
        {
            Assert.Fail($"{broken.Message} after\n{Describe(path)}\n{world}");
        }
    }

    private static string Describe(byte[] path) => string.Join('\n', path.Select(static symbol => $"    {Alphabet[symbol]}"));
}
