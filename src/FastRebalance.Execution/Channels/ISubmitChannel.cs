using FastRebalance.Core.Assets;

namespace FastRebalance.Execution.Channels;

/// <summary>One place where signed bytes can go. Used by one loop at a time, for any number of transactions.</summary>
public interface ISubmitChannel
{
    /// <summary>The name in configurations and reports.</summary>
    string Name { get; }

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
