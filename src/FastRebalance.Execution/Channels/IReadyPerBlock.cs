using FastRebalance.Core.Assets;

namespace FastRebalance.Execution.Channels;

/// <summary>A channel whose requests name the block they are for: they are made ahead, for each block, and signed.</summary>
public interface IReadyPerBlock
{
    /// <summary>Makes what would be sent so that a transaction lands in one block. Nothing is sent.</summary>
    /// <param name="raw">The signed transaction.</param>
    /// <param name="hash">Its hash.</param>
    /// <param name="block">The block it is for.</param>
    /// <param name="requests">One or more; empty where there is a reason.</param>
    /// <returns>Why the channel would not take it; null where it would.</returns>
    string? Prepare(ReadOnlyMemory<byte> raw, in Hash32 hash, ulong block, out IReadOnlyList<ReadyRequest> requests);

    /// <summary>Sends what was made ready. A cancel in between makes it void: then nothing is sent.</summary>
    /// <returns>As <see cref="ISubmitChannel.SubmitAsync"/>.</returns>
    Task<ChannelAnswer> FireAsync(IReadOnlyList<ReadyRequest> requests, CancellationToken cancellation);
}
