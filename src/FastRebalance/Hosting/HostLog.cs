using FastRebalance.Core.Results;
using FastRebalance.Reloading;
using FastRebalance.Watching;
using Microsoft.Extensions.Logging;

namespace FastRebalance.Hosting;

/// <summary>
/// What a host says while it runs, one event a fact with its parts named. Ids are for good: a rule that looks for one may rely on it. None of it is
/// written from the engine's thread.
/// </summary>
internal static partial class HostLog
{
    [LoggerMessage(1, LogLevel.Information, "{Desk} started on chain {ChainId} with {Account}, journal {Journal}, dry run {IsDryRun}")]
    public static partial void Started(ILogger log, string desk, ulong chainId, string account, string journal, bool isDryRun);

    [LoggerMessage(2, LogLevel.Information, "{Desk} ended after {Seconds} s: {Decisions} decisions, {Orders} orders, whole {IsWhole}")]
    public static partial void Ended(ILogger log, string desk, double seconds, long decisions, int orders, bool isWhole);

    [LoggerMessage(3, LogLevel.Critical, "{Desk}: {Part} has failed, and trading stops: {Cause}")]
    public static partial void Faulted(ILogger log, string desk, string part, string cause);

    [LoggerMessage(4, LogLevel.Error, "{Desk}: watching has failed, and trading goes on: {Cause}")]
    public static partial void WatchFailed(ILogger log, string desk, string cause);

    [LoggerMessage(5, LogLevel.Warning, "{Desk} was {Before} and is {Now}: {Reason}")]
    public static partial void StateChanged(ILogger log, string desk, string before, string now, string reason);

    [LoggerMessage(6, LogLevel.Warning, "{Desk}: {Action} by {By}, done {IsDone}: {Outcome}")]
    public static partial void OperatorActed(ILogger log, string desk, string action, string by, bool isDone, string outcome);

    /// <summary>A configuration that was not taken is a warning: somebody wanted it.</summary>
    public static void Reloaded(ILogger log, string desk, ReloadLine line)
    {
        LogLevel level = line.Outcome is ReloadLine.Refused or ReloadLine.Broken ? LogLevel.Warning : LogLevel.Information;
        if (log.IsEnabled(level))
            Reloaded(log, level, desk, line.Outcome, line.Generation, line.By, line.Text);
    }

    [LoggerMessage(EventId = 8, Message = "{Desk}: reload {Outcome}, configuration {Generation}, by {By}: {Text}", EventName = "Reloaded")]
    private static partial void Reloaded(ILogger log, LogLevel level, string desk, string outcome, uint generation, string by, string text);

    /// <summary>What went as it should is information; an order that did not is a warning.</summary>
    public static void OrderMoved(ILogger log, string desk, OrderLife life)
    {
        LogLevel level = life.Outcome.Status is SubmitStatus.Reverted or SubmitStatus.Reorged or SubmitStatus.Dropped or SubmitStatus.NotSent or SubmitStatus.Foreign
            ? LogLevel.Warning : LogLevel.Information;
        if (log.IsEnabled(level))
            OrderMoved(log, level, desk, $"{life.Outcome.OrderId:x}", life.Outcome.Status, life.Outcome.Nonce, life.Outcome.TransactionHash.ToString(), life.Outcome.Attempts, life.Outcome.Reason);
    }

    [LoggerMessage(EventId = 7, Message = "{Desk}: order {Order} is {Status}, nonce {Nonce}, {Hash}, {Attempts} attempts. {Reason}", EventName = "OrderMoved")]
    private static partial void OrderMoved(
        ILogger log, LogLevel level, string desk, string order, SubmitStatus status, ulong? nonce, string hash, int attempts, string reason);
}
