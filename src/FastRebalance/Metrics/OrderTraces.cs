using System.Diagnostics;
using FastRebalance.Core.Results;
using FastRebalance.Watching;

namespace FastRebalance.Metrics;

/// <summary>
/// An order's life as a trace: one activity from its decision to its end, with one for each stretch between two statuses. Made after the fact, on the
/// host's own loop; nothing where nobody listens. Times are as seen by looking, to some 50 ms.
/// </summary>
public sealed class OrderTraces
{
    /// <summary>The source's name.</summary>
    public const string SourceName = "FastRebalance.Orders";

    private static readonly ActivitySource s_source = new(SourceName);

    private readonly HashSet<ulong> _traced = [];

    /// <summary>Takes an order that has moved; traced once, when it has ended.</summary>
    internal void Follow(string desk, OrderLife life)
    {
        if (life.IsOpen || !s_source.HasListeners() || !_traced.Add(life.Outcome.OrderId))
            return;
        Activity? current = Activity.Current;
        Activity.Current = null; // an order is nobody's child
        using (Activity? order = Begin("order", default, life.FirstUnixMs))
            if (order is not null)
                Describe(order, desk, life);
        Activity.Current = current;
    }

    private static void Describe(Activity order, string desk, OrderLife life)
    {
        order.SetTag("desk", desk).SetTag("order", $"{life.Outcome.OrderId:x}").SetTag("account", life.Account).SetTag("nonce", life.Outcome.Nonce)
            .SetTag("transaction", life.Outcome.TransactionHash.ToString()).SetTag("attempts", life.Outcome.Attempts).SetTag("gas", life.Outcome.GasUsed)
            .SetTag("status", life.Outcome.Status.ToString());
        if (!life.Outcome.History.Contains(SubmitStatus.Included))
            order.SetStatus(ActivityStatusCode.Error, life.Outcome.Reason);
        long from = life.FirstUnixMs;
        foreach (LifeStep step in life.Steps)
        {
            using (Activity? stretch = Begin($"until {step.State}", order.Context, from))
                stretch?.SetEndTime(Time(step.UnixMs));
            from = step.UnixMs;
        }
        order.SetEndTime(Time(from));
    }

    private static Activity? Begin(string name, ActivityContext parent, long unixMs) =>
        s_source.StartActivity(name, ActivityKind.Internal, parent, startTime: DateTimeOffset.FromUnixTimeMilliseconds(unixMs));

    private static DateTime Time(long unixMs) => DateTimeOffset.FromUnixTimeMilliseconds(unixMs).UtcDateTime;
}
