using FastRebalance.Core.Assets;
using FastRebalance.Execution.Channels;

namespace FastRebalance.UnitTests.Execution;

/// <summary>A node that says "taken" and has nothing in its pool: after two heads the same bytes go out again, and it is counted.</summary>
public sealed class AckWithoutEchoTests
{
    [Fact]
    public void OnLook_TakenAndNotSeenForTwoHeads_SendsTheSameBytesAgainAndCounts()
    {
        SlotBench bench = SlotBench.Live(repriceAfter: 100);

        Assert.Equal([], bench.NextHead(pooled: false));
        Assert.Equal(["submit 0"], bench.NextHead(pooled: false));
        Assert.Equal(1, bench.Life.AcksWithoutEcho);
        bench.Answer(0, AnswerClass.Accepted);
        Assert.Equal([], bench.NextHead(pooled: false));
        Assert.Equal(["submit 0"], bench.NextHead(pooled: false));
        Assert.Equal(2, bench.Life.AcksWithoutEcho);
        Assert.Single(bench.Life.Attempts);
    }

    [Fact]
    public void OnLook_TakenAndSeenOnceInBetween_CountsAnew()
    {
        SlotBench bench = SlotBench.Live(repriceAfter: 100);

        Assert.Equal([], bench.NextHead(pooled: false));
        Assert.Equal([], bench.NextHead(pooled: true));
        Assert.Equal([], bench.NextHead(pooled: false));
        Assert.Equal(0, bench.Life.AcksWithoutEcho);
    }

    // Nobody said that it was taken: sending again is due to the doubt, not to a broken word.
    [Fact]
    public void OnLook_NeverTakenAndNotSeen_SendsAgainWithoutCounting()
    {
        SlotBench bench = new();
        bench.Start();
        bench.Answer(0, AnswerClass.Unknown);

        Assert.Equal(["submit 0"], bench.NextHead(pooled: false));
        Assert.Equal(0, bench.Life.AcksWithoutEcho);
    }

    [Fact]
    public async Task Executor_PoolLosesWhatItTook_SendsTheSameBytesAgainAndTells()
    {
        await using OrderBench bench = await OrderBench.StartedAsync();
        bench.Order(1);
        await OrderBench.Until(() => bench.Chain.Sent.Count == 1);
        Hash32 hash = bench.Chain.Sent[0].Hash;
        bench.Chain.Drop(hash);

        bench.Chain.Mine();
        await OrderBench.Until(() => bench.Executor.Outcomes().Count == 1 && bench.Chain.Looks >= 2);
        bench.Chain.Mine();

        await OrderBench.Until(() => bench.Chain.Sent.Count == 2);
        Assert.Equal(hash, bench.Chain.Sent[1].Hash);
        await OrderBench.Until(() => bench.Executor.AcksWithoutEcho == 1);
    }
}
