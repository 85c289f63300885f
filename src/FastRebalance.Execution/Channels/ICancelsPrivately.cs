using FastRebalance.Core.Assets;

namespace FastRebalance.Execution.Channels;

/// <summary>A channel that can be asked to forget a transaction, without another one at its nonce.</summary>
public interface ICancelsPrivately
{
    /// <summary>
    /// Asks for everything of a transaction's nonce to be dropped. It proves nothing: a bundle may stand in a bid already, so the transaction is
    /// live until its nonce is consumed or its deadline final.
    /// </summary>
    /// <param name="hash">A transaction that was handed to this channel.</param>
    /// <param name="cancellation">Gives up the wait for an answer.</param>
    /// <returns>Never throws. <see cref="AnswerClass.Accepted"/>: the channel was told. <see cref="AnswerClass.NotSent"/>: nothing of it is there.</returns>
    Task<ChannelAnswer> CancelAsync(Hash32 hash, CancellationToken cancellation);
}
