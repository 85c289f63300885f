using FastRebalance.Core.Assets;
using FastRebalance.Core.Measures;
using FastRebalance.Execution.Confirmation;
using FastRebalance.Execution.Submission;

namespace FastRebalance.Execution.Channels;

/// <summary>All channels as one: everything goes to each of them at once, and the best answer counts.</summary>
internal sealed class ChannelSet
{
    // What says most about where the transaction is comes first; "it never left" only counts when every channel says so.
    private static readonly AnswerClass[] ByWeight =
    [
        AnswerClass.Accepted, AnswerClass.Known, AnswerClass.AcceptedUnmined, AnswerClass.NonceTooLow, AnswerClass.ReplacementUnderpriced,
        AnswerClass.Unknown, AnswerClass.PoolFull, AnswerClass.FutureReplace, AnswerClass.NonceTooHigh, AnswerClass.Other, AnswerClass.Reverted,
        AnswerClass.FeeCap, AnswerClass.Underpriced,
        AnswerClass.InsufficientFunds, AnswerClass.Reserved, AnswerClass.Fatal, AnswerClass.NotSent, AnswerClass.DryRun,
    ];

    public ChannelSet(IReadOnlyList<ISubmitChannel> channels, TimeSpan timeout, int maxPerChannel = 4)
    {
        Lanes = [.. channels.Select(channel => new Lane(channel, timeout, maxPerChannel))];
        IsDry = Lanes.All(static lane => lane.IsDry);
    }

    public IReadOnlyList<Lane> Lanes { get; }

    /// <summary>No byte ever leaves.</summary>
    public bool IsDry { get; }

    /// <summary>There is a channel that others cannot look into.</summary>
    public bool HasPrivate => Lanes.Any(static lane => lane.Class == LaneClass.Private);

    /// <summary>There is a channel that has ours follow another's.</summary>
    public bool CanSendBehind => Lanes.Any(static lane => lane.CanSendBehind);

    /// <summary>Returns with the first channel that has taken it, or with the best answer once all have answered or the time is up.</summary>
    /// <param name="raw">The signed bytes.</param>
    /// <param name="hash">Their hash.</param>
    /// <param name="stop">Gives up at once.</param>
    /// <param name="way">To which of them; to all unless told.</param>
    /// <returns>The answer, and the monotonic time at which the first channel's socket had the bytes.</returns>
    public async Task<(ChannelAnswer Answer, long SentNs)> SubmitAsync(
        ReadOnlyMemory<byte> raw, Hash32 hash, CancellationToken stop, SendWay way = default)
    {
        List<Task<ChannelAnswer>> waiting = new(Lanes.Count);
        long sentNs = 0;
        foreach (Lane lane in Lanes.Where(lane => Serves(lane, way)))
        {
            waiting.Add(lane.SubmitAsync(raw, hash, way.Behind, stop));
            sentNs = sentNs == 0 ? MonotonicClock.NowNs : sentNs;
        }

        ChannelAnswer best = default;
        while (waiting.Count > 0)
        {
            Task<ChannelAnswer> done = await Task.WhenAny(waiting).ConfigureAwait(false);
            waiting.Remove(done);
            best = Better(best, await done.ConfigureAwait(false));
            if (best.IsTaken)
                break;
        }
        return (best, sentNs);
    }

    /// <summary>
    /// Asks every private channel to forget the fills that it was given. Returns at once: what they say proves nothing, and is only counted.
    /// </summary>
    public void CancelPrivately(IReadOnlyList<Attempt> attempts, CancellationToken stop)
    {
        foreach (Attempt attempt in attempts)
            if (attempt.Kind == AttemptKind.Fill && attempt.IsReleased)
                foreach (Lane lane in Lanes)
                    lane.CancelPrivately(attempt.Hash, stop);
    }

    /// <summary>Tells the channels that go by the chain's height of a new head.</summary>
    public void OnHead(ulong number, long timestampSeconds)
    {
        foreach (Lane lane in Lanes)
            lane.OnHead(number, timestampSeconds);
    }

    private bool Serves(Lane lane, SendWay way) =>
        way.IsBehind && CanSendBehind ? lane.CanSendBehind : !way.IsPrivate || !HasPrivate || lane.Class != LaneClass.Public;

    /// <summary>The answer that weighs more.</summary>
    internal static ChannelAnswer Better(ChannelAnswer left, ChannelAnswer right) => Weight(left) <= Weight(right) ? left : right;

    private static int Weight(ChannelAnswer answer)
    {
        int at = Array.IndexOf(ByWeight, answer.Class);
        return at < 0 ? ByWeight.Length : at;
    }
}
