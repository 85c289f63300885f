using System.Runtime.InteropServices;
using FastRebalance.Core.Events;
using FastRebalance.Engine;
using FastRebalance.Messaging;
using FastRebalance.Native;
using FastRebalance.Routing.Paths;

namespace FastRebalance.UnitTests.Engine;

/// <summary>That it decides as the fused engine does is held by the stress tests; here is how it begins, breaks and ends.</summary>
public class StagedPipelineTests
{
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(2);

    [Fact]
    public void OnEvent_Walk_PublishesWhatFusedDoes()
    {
        PoolBench fused = new PoolBench().AtTarget();
        for (int i = 0; i < 100; i++)
            fused.Tick(PoolBench.Weth, 2500 + i);
        fused.Pipeline.Flush();
        PoolBench other = new();
        using StagedPipeline staged = new(other.Pipeline, WaitStrategy.ByName("blocking"));
        staged.Start();

        foreach ((MarketEvent e, long sequence, bool endOfBatch) in fused.Sent)
            staged.OnEvent(in e, sequence, endOfBatch);
        staged.Flush();

        Assert.True(staged.DrainAndStop(s_patience));
        Assert.Null(staged.Fault);
        Assert.True(Bytes(fused).SequenceEqual(Bytes(other)));
    }

    [Fact]
    public void OnEvent_StageThrows_TellsAndStopsTheEventThread()
    {
        List<Exception> told = [];
        PoolBench bench = new(new BrokenSearch());
        PoolBench recorded = new PoolBench().Started();
        using StagedPipeline staged = new(bench.Pipeline, WaitStrategy.ByName("spin-then-yield"), told.Add);
        staged.Start();

        InvalidOperationException stopped = Assert.Throws<InvalidOperationException>(() =>
        {
            foreach ((MarketEvent e, long sequence, bool endOfBatch) in recorded.Sent)
                staged.OnEvent(in e, sequence, endOfBatch);
        });

        Assert.Contains("a stage has stopped", stopped.Message);
        Assert.False(staged.DrainAndStop(s_patience));
        Assert.IsType<BadImageFormatException>(staged.Fault);
        Assert.Same(staged.Fault, Assert.Single(told));
        Assert.Empty(bench.Published);
    }

    [Fact]
    public void Dispose_NeverStarted_Ends()
    {
        StagedPipeline staged = new(new PoolBench().Pipeline, WaitStrategy.ByName("blocking"));

        staged.Dispose();

        Assert.Null(staged.Fault);
    }

    private static ReadOnlySpan<byte> Bytes(PoolBench bench) => MemoryMarshal.AsBytes(CollectionsMarshal.AsSpan(bench.Published));

    private sealed class BrokenSearch : IPathSearch
    {
        public string Name => "broken";

        public PathStatus Build(ReadOnlySpan<PathEdge> edges, int assetCount, int poolCount) => PathStatus.Ready;

        public PathStatus Change(ReadOnlySpan<PathEdgeChange> changes) => PathStatus.Ready;

        public PathStatus Find(in PathQuery query, ReadOnlySpan<byte> blockedPools, Span<int> paths, Span<double> values, out int pathCount) =>
            throw new BadImageFormatException("seeded");

        public PathStatus FindExactOut(in PathQuery query, ReadOnlySpan<byte> blockedPools, Span<int> paths, Span<double> values, out int pathCount) =>
            throw new BadImageFormatException("seeded");
    }
}
