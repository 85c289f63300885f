namespace FastRebalance.Ethereum.Rpc;

/// <summary>A two-way stream of whole JSON texts. One task receives; sends never overlap. Any failure is an exception.</summary>
internal interface IMessageStream : IAsyncDisposable
{
    ValueTask SendAsync(ReadOnlyMemory<byte> message, CancellationToken cancellation);

    /// <summary>The next message, valid until the next call; null when the other side ended the stream.</summary>
    ValueTask<ReadOnlyMemory<byte>?> ReceiveAsync(CancellationToken cancellation);
}
