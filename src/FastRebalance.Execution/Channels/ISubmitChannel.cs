using FastRebalance.Core.Assets;

namespace FastRebalance.Execution.Channels;

/// <summary>
/// One place where signed bytes can go. Used by one loop at a time, for any number of transactions. What some channels can besides stands in interfaces
/// of its own: <see cref="ICancelsPrivately"/>, <see cref="IFollowsHeads"/>, <see cref="IReadyRequests"/>, <see cref="IReadyPerBlock"/>,
/// <see cref="IChannelCounts"/>; one that holds connections is <see cref="IAsyncDisposable"/>.
/// </summary>
public interface ISubmitChannel
{
    /// <summary>The name in configurations and reports.</summary>
    string Name { get; }

    /// <summary>Who sees it. What a channel does not say is assumed to be seen by everyone.</summary>
    LaneClass Class => LaneClass.Public;

    /// <summary>
    /// Hands over one transaction. The bytes are given to the socket before the first suspension, so the time at which the task
    /// comes back is the time of sending. Sending the same bytes again is always harmless.
    /// </summary>
    /// <param name="raw">The signed transaction; it does not change while the task runs.</param>
    /// <param name="hash">Its hash, which an answer is held against.</param>
    /// <param name="cancellation">Gives up the wait for an answer; what was sent stays sent.</param>
    /// <returns>Never throws: trouble on the way is <see cref="AnswerClass.Unknown"/>, or <see cref="AnswerClass.NotSent"/> where that is certain.</returns>
    Task<ChannelAnswer> SubmitAsync(ReadOnlyMemory<byte> raw, Hash32 hash, CancellationToken cancellation);
}
