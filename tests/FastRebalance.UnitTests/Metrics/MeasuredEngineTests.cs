using System.Diagnostics;
using FastRebalance.Core.Events;
using FastRebalance.Execution;
using FastRebalance.Metrics;
using FastRebalance.Reports;
using FastRebalance.Tests;
using FastRebalance.UnitTests.Engine;
using FastRebalance.UnitTests.Watching;
using FastRebalance.Watching;

namespace FastRebalance.UnitTests.Metrics;

/// <summary>What being measured costs the thread that decides.</summary>
public sealed class MeasuredEngineTests
{
    private const int Events = 200_000;

    [Fact]
    public async Task Collect_WithoutPauseWhileTheEngineDecides_ItsThreadAllocatesNothing()
    {
        PoolBench bench = new PoolBench().Started();
        bench.Records = false;
        ExecutionTimings execution = new();
        FakeDesk desk = new() { Latencies = () => LatencyTable.Of(bench.Pipeline.Timings, execution) };
        using DeskMetrics metrics = new(new DeskStates([desk], new HastyClock()));
        using PrometheusText text = new(metrics);
        Decide(bench, Events);
        double alone = Decide(bench, Events);
        using CancellationTokenSource stop = new();
        Task<int> collecting = Task.Run(() => CollectAsync(text, stop.Token), TestContext.Current.CancellationToken);

        double measured = 0;
        AllocationWatch watch = new();
        while (watch.Next())
            measured = Decide(bench, Events);
        await stop.CancelAsync();

        Assert.True(await collecting > 0, "nothing was collected meanwhile");
        Assert.Equal(0, watch.LeastBytes);
        TestContext.Current.TestOutputHelper?.WriteLine($"ns an event: {alone:0.0} alone, {measured:0.0} while collected without a pause");
    }

    [Fact]
    public async Task Collect_TenTimesASecond_WhatAnEventCostsIsTold()
    {
        PoolBench bench = new PoolBench().Started();
        bench.Records = false;
        ExecutionTimings execution = new();
        FakeDesk desk = new() { Latencies = () => LatencyTable.Of(bench.Pipeline.Timings, execution) };
        using DeskMetrics metrics = new(new DeskStates([desk], new HastyClock()));
        using PrometheusText text = new(metrics);
        Decide(bench, Events);
        List<double> alone = [], other = [], measured = [];
        for (int turn = 0; turn < 40; turn++)
        {
            alone.Add(Decide(bench, Events));
            other.Add(Decide(bench, Events));
            using CancellationTokenSource stop = new();
            Task scraping = Task.Run(() => ScrapeAsync(text, stop.Token), TestContext.Current.CancellationToken);
            measured.Add(Decide(bench, Events));
            await stop.CancelAsync();
            await scraping;
        }
        // No limit here: the machine may be busy with others. The figure is for whoever reads it.
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"ns an event, the best of 40 turns: {alone.Min():0.0} alone, {other.Min():0.0} alone again, {measured.Min():0.0} while scraped ten times a second");
    }

    private static async Task ScrapeAsync(PrometheusText text, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            text.Collect();
            await Task.Delay(100, stop).ContinueWith(static _ => { }, TaskScheduler.Default);
        }
    }

    private static int CollectAsync(PrometheusText text, CancellationToken stop)
    {
        int collected = 0;
        while (!stop.IsCancellationRequested)
        {
            Assert.Contains("fastrebalance_latency_seconds{desk=\"core\",stage=\"evaluate\"", text.Collect());
            collected++;
        }
        return collected;
    }

    /// <returns>Nanoseconds an event.</returns>
    private static double Decide(PoolBench bench, int events)
    {
        MarketEvent price = new() { Kind = MarketEventKind.Price, Subject = PoolBench.Weth.Value, UnixNs = long.MaxValue / 2 };
        long start = Stopwatch.GetTimestamp();
        for (int i = 0; i < events; i++)
        {
            price.Price.NumerairePerToken = 2500 + (i % 50);
            bench.Pipeline.OnEvent(in price, 1_000_000 + i, endOfBatch: true);
        }
        return Stopwatch.GetElapsedTime(start).TotalNanoseconds / events;
    }

    /// <summary>Every look is a second later, so that nothing told before is fresh.</summary>
    private sealed class HastyClock : TimeProvider
    {
        private long _now;

        public override long GetTimestamp() => Interlocked.Add(ref _now, TimestampFrequency);
    }
}
