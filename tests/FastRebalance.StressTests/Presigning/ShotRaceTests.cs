using FastRebalance.StressTests.Messaging;

namespace FastRebalance.StressTests.Presigning;

/// <summary>Fire against withdraw. The detector is first shown gates with a mistake; where it is blind to one, the shipped one is not judged.</summary>
public sealed class ShotRaceTests
{
    private const int Rounds = 200_000;
    private const int Attempts = 10;

    public static TheoryData<string> Bugs => [nameof(SeededShotBug.CheckThenAct), nameof(SeededShotBug.SendsByALook)];

    [Theory, MemberData(nameof(Bugs))]
    public void Race_GateWithASeededBug_IsCaught(string bug)
    {
        SkipWithoutTwoCores();

        RaceResult result = Find(Enum.Parse<SeededShotBug>(bug));

        Assert.True(result.Verdict == RaceVerdict.Caught, $"the detector is blind to {bug}: {result}");
    }

    [Fact]
    public void Race_FirePathAgainstWithdrawal_NeverBothAndNoByteOfAWithdrawnSlot()
    {
        SkipWithoutTwoCores();
        foreach (string bug in Bugs.Select(row => row.Data))
            Assert.SkipUnless(Find(Enum.Parse<SeededShotBug>(bug)).Verdict == RaceVerdict.Caught, $"could not tell: the detector is blind to {bug} here");
        ShippedShot? shot = null;
        try
        {
            RaceResult result = ShotRaceDetector.Race(onByte => shot = new ShippedShot(onByte), Rounds, seed: 3);

            Assert.SkipWhen(result.Verdict == RaceVerdict.CouldNotTell, $"could not tell: {result.What}");
            Assert.True(result.Verdict == RaceVerdict.Passed, result.What);
        }
        finally
        {
            shot?.Dispose();
        }
    }

    private static RaceResult Find(SeededShotBug bug)
    {
        RaceResult result = default;
        for (int attempt = 0; attempt < Attempts && result.Verdict != RaceVerdict.Caught; attempt++)
            result = ShotRaceDetector.Race(onByte => new BuggyShot(bug, onByte), Rounds, attempt);
        return result;
    }

    private static void SkipWithoutTwoCores() => Assert.SkipUnless(Environment.ProcessorCount > 1, "a race needs two cores");
}
