using System.Diagnostics;

namespace FastRebalance.UnitTests.Execution.Submission;

/// <summary>Whatever befalls an account, in any order: no invariant breaks, and once everybody is honest everything ends.</summary>
public sealed class AccountHistoriesTests(ITestOutputHelper output)
{
    private const int Usual = 1_000_000;

    [Fact]
    public void AnyHistory_KeepsEveryInvariant()
    {
        int count = int.TryParse(Environment.GetEnvironmentVariable("FASTREBALANCE_HISTORIES"), out int asked) ? asked : Usual;
        int first = int.TryParse(Environment.GetEnvironmentVariable("FASTREBALANCE_HISTORIES_FROM"), out int from) ? from : 1;
        long started = Stopwatch.GetTimestamp(), events = 0;
        for (int seed = first; seed < first + count; seed++)
        {
            WorldEvent[] history = Histories.EventsOf(seed);
            events += history.Length;
            if (Histories.Run(Histories.SetupOf(seed), history, settles: seed % 8 == 0) is not null)
                Assert.Fail(Histories.Describe(seed, Histories.SetupOf(seed)));
        }
        output.WriteLine($"{count} histories, {events} events, {Stopwatch.GetElapsedTime(started).TotalSeconds:0.0} s");
    }
}
