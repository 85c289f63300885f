using FastRebalance.Core.Assets;

namespace FastRebalance.Execution.Channels;

/// <summary>A channel that has a transaction mined right behind another one, in one block, or not at all.</summary>
public interface ISendsBehind
{
    /// <summary>Hands over both, for the next block only.</summary>
    /// <param name="behind">The other transaction, signed; anybody's.</param>
    /// <param name="raw">Ours.</param>
    /// <param name="hash">Its hash.</param>
    /// <param name="cancellation">Gives up the wait for an answer; what was sent stays sent.</param>
    /// <returns>Never throws; as <see cref="ISubmitChannel.SubmitAsync"/>.</returns>
    Task<ChannelAnswer> SubmitBehindAsync(ReadOnlyMemory<byte> behind, ReadOnlyMemory<byte> raw, Hash32 hash, CancellationToken cancellation);
}
