namespace FastRebalance.Ethereum.Rpc.Framing;

/// <summary>
/// Turns a signed transaction into the bytes that go into a channel's stream as they are: an <c>eth_sendRawTransaction</c> request in the
/// form of that kind of channel. Frames are made when a transaction is signed, so that sending one is a single write.
/// </summary>
public interface IRawTransactionFraming
{
    /// <summary>Room enough for a transaction of so many bytes, whatever the id.</summary>
    int MaxLength(int transactionLength);

    /// <summary>Writes the whole frame; allocates nothing.</summary>
    /// <param name="id">The request's number, which the answer repeats.</param>
    /// <param name="transaction">The signed bytes.</param>
    /// <param name="destination">At least <see cref="MaxLength"/> bytes.</param>
    /// <returns>Bytes written.</returns>
    /// <exception cref="ArgumentException">The destination is too short.</exception>
    int Write(ulong id, ReadOnlySpan<byte> transaction, Span<byte> destination);
}
