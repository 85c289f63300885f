namespace FastRebalance.Ethereum.Rpc.Framing;

/// <summary>Over a Unix domain socket: the request and nothing round it, since JSON texts tell by themselves where they end.</summary>
public sealed class IpcFraming : IRawTransactionFraming
{
    public int MaxLength(int transactionLength) => RawTransactionRequest.MaxLength(transactionLength);

    public int Write(ulong id, ReadOnlySpan<byte> transaction, Span<byte> destination) => RawTransactionRequest.Write(id, transaction, destination);
}
