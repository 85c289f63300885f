using FastRebalance.Execution;

namespace FastRebalance.Hosting;

/// <summary>What a run's senders did, told as one.</summary>
internal static class SendersTogether
{
    // Decisions that were named before there was an order: only an earlier run's are still known by such a name.
    private const ulong NamedAhead = 1UL << 63;

    /// <summary>In the order in which they were decided: ids count up. What an earlier run left comes first.</summary>
    public static IReadOnlyList<OrderOutcome> Outcomes(IReadOnlyList<OrderExecutor> senders) => senders.Count == 1
        ? senders[0].Outcomes()
        : InOrder(senders.SelectMany(static sender => sender.Outcomes()));

    /// <summary>Ends all of them at the same time; each has the whole of the time.</summary>
    public static async Task<DrainOutcome> StopAsync(IReadOnlyList<OrderExecutor> senders, TimeSpan drainTimeout)
    {
        DrainOutcome[] drained = await Task.WhenAll(senders.Select(sender => sender.StopAsync(drainTimeout))).ConfigureAwait(false);
        return new DrainOutcome(
            drained.All(static one => one.IsClean),
            InOrder(drained.SelectMany(static one => one.InFlight)),
            InOrder(drained.SelectMany(static one => one.NotFinal)));
    }

    /// <summary>Exact once they have stopped.</summary>
    public static ExecutionTimings Timings(IReadOnlyList<OrderExecutor> senders)
    {
        if (senders.Count == 1)
            return senders[0].Timings;
        ExecutionTimings all = new();
        foreach (OrderExecutor sender in senders)
            all.Add(sender.Timings);
        return all;
    }

    internal static IReadOnlyList<OrderOutcome> InOrder(IEnumerable<OrderOutcome> outcomes) =>
        [.. outcomes.OrderBy(static outcome => outcome.OrderId >= NamedAhead ? 0 : outcome.OrderId)];
}
