using System.Diagnostics;
using FastRebalance.Core.Assets;
using FastRebalance.Core.Results;
using FastRebalance.Execution;
using FastRebalance.Metrics;
using FastRebalance.Watching;

namespace FastRebalance.UnitTests.Metrics;

public sealed class OrderTracesTests : IDisposable
{
    private const ulong Order = 0xfeed_0001; // of this class alone: the source is the process's

    private readonly List<Activity> _activities = [];
    private readonly ActivityListener _listener;

    public OrderTracesTests()
    {
        _listener = new ActivityListener
        {
            ShouldListenTo = static source => source.Name == OrderTraces.SourceName,
            Sample = static (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = activity => _activities.Add(activity),
        };
        ActivitySource.AddActivityListener(_listener);
    }

    public void Dispose() => _listener.Dispose();

    [Fact]
    public void Follow_OrderThatHasEnded_IsOneTraceWithAStretchForEachStatus()
    {
        OrderTraces traces = new();
        traces.Follow("core", Life(SubmitStatus.Submitted));
        Assert.Empty(_activities);

        OrderLife ended = Life(SubmitStatus.Submitted, SubmitStatus.Included, SubmitStatus.Final);
        traces.Follow("core", ended);
        traces.Follow("core", ended);

        Assert.Equal(["until Submitted", "until Included", "until Final", "order"], _activities.Select(static activity => activity.OperationName));
        Activity order = _activities[^1];
        Assert.Equal(TimeSpan.FromMilliseconds(600), order.Duration);
        Assert.Equal(DateTimeOffset.FromUnixTimeMilliseconds(1_700_000_000_000).UtcDateTime, order.StartTimeUtc);
        Assert.Equal("feed0001", order.GetTagItem("order"));
        Assert.Equal(ActivityStatusCode.Unset, order.Status);
        Assert.All(_activities[..^1], stretch => Assert.Equal((order.TraceId, order.SpanId), (stretch.TraceId, stretch.ParentSpanId)));
        Assert.Equal(400, _activities[1].Duration.TotalMilliseconds + _activities[0].Duration.TotalMilliseconds);
    }

    [Fact]
    public void Follow_OrderThatWasDropped_IsAnError()
    {
        new OrderTraces().Follow("core", Life(SubmitStatus.Submitted, SubmitStatus.Dropped));
        Assert.Equal((ActivityStatusCode.Error, "why"), (_activities[^1].Status, _activities[^1].StatusDescription));
    }

    private static OrderLife Life(params SubmitStatus[] history) => new("0xa", new OrderOutcome
    {
        OrderId = Order, Status = history[^1], History = history, TransactionHash = Hash32.Zero, Nonce = 3, Attempts = 1, IncludedBlock = 0, GasUsed = 0,
        EffectiveGasPriceWei = 0, DeadlineUnixSeconds = 0, Legs = [], DueToSignedNs = 0, DueToSentNs = 0, SentToIncludedNs = 0, Reason = "why",
    }, 1_700_000_000_000, [.. history.Select(static (status, i) => new LifeStep(status.ToString(), 1_700_000_000_000 + (200 * (i + 1))))]);
}
