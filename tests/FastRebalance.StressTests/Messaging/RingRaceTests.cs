using FastRebalance.Messaging;

namespace FastRebalance.StressTests.Messaging;

/// <summary>
/// The ring under races. The detector is first shown rings with a mistake in them; where it cannot find those, a pass would
/// mean nothing, and the tests of the real ring are skipped instead.
/// </summary>
public sealed class RingRaceTests
{
    private const int Events = 1_000_000;
    private const int RingSize = 256;

    /// <summary>How many races a mistake is given to show.</summary>
    private const int Attempts = 20;

    private static readonly Lazy<string?> SeededBugNotFound = new(() =>
        Enum.GetValues<SeededBug>().Where(bug => Find(bug).Verdict != RaceVerdict.Caught).Select(bug => bug.ToString()).FirstOrDefault());

    public static TheoryData<string> Strategies => [.. WaitStrategy.Names];

    public static TheoryData<string> Bugs => [.. Enum.GetNames<SeededBug>()];

    [Theory, MemberData(nameof(Bugs))]
    public void Race_RingWithASeededBug_IsCaught(string bug)
    {
        SkipWithoutTwoCores();

        RaceResult result = Find(Enum.Parse<SeededBug>(bug));

        Assert.True(result.Verdict == RaceVerdict.Caught, $"the detector is blind to {bug}: {result}");
    }

    [Theory, MemberData(nameof(Strategies))]
    public void Race_OneProducer_NothingLostTornOrReordered(string strategy)
    {
        SkipWithoutDetector(threads: 2, strategy);

        Require(RaceDetector.Race(new ShippedRing(RingSize, strategy, shared: false), producers: 1, Events));
    }

    [Theory, MemberData(nameof(Strategies))]
    public void Race_TwoProducers_NothingLostTornOrReordered(string strategy)
    {
        SkipWithoutDetector(threads: 3, strategy);

        Require(RaceDetector.Race(new ShippedRing(RingSize, strategy, shared: true), producers: 2, Events / 2));
    }

    [Theory, MemberData(nameof(Strategies))]
    public void Race_FourProducersOverATinyRing_NothingLostTornOrReordered(string strategy)
    {
        SkipWithoutDetector(threads: 5, strategy);

        Require(RaceDetector.Race(new ShippedRing(size: 4, strategy, shared: true), producers: 4, Events / 16));
    }

    private static RaceResult Find(SeededBug bug)
    {
        RaceResult result = default;
        for (int attempt = 0; attempt < Attempts && result.Verdict != RaceVerdict.Caught; attempt++)
        {
            bool shared = bug == SeededBug.CursorInsteadOfPublishedMap;
            result = RaceDetector.Race(new BuggyRing(RingSize, bug), producers: shared ? 2 : 1, Events);
        }

        return result;
    }

    private static void Require(RaceResult result)
    {
        if (result.Verdict == RaceVerdict.CouldNotTell)
            Assert.Skip($"could not tell: {result.What}");
        Assert.True(result.Verdict == RaceVerdict.Passed, result.What);
    }

    private static void SkipWithoutDetector(int threads, string strategy)
    {
        SkipWithoutTwoCores();
        if (strategy == "busy-spin" && threads > Environment.ProcessorCount)
            Assert.Skip($"could not tell: {threads} threads that never yield do not fit on {Environment.ProcessorCount} cores");
        if (SeededBugNotFound.Value is { } bug)
            Assert.Skip($"could not tell: the detector did not find the seeded {bug} here");
    }

    private static void SkipWithoutTwoCores()
    {
        if (Environment.ProcessorCount < 2)
            Assert.Skip("could not tell: threads do not race on one core");
    }
}
