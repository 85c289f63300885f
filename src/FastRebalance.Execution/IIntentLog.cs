using FastRebalance.Core.Assets;

namespace FastRebalance.Execution;

/// <summary>
/// Keeps what is about to leave: after a crash every transaction that may be out there is known. Called on the executor's loop.
/// </summary>
public interface IIntentLog
{
    /// <summary>Returns once the bytes are on stable storage; they leave only after that.</summary>
    /// <param name="orderId">The order that the transaction serves: its fill, or the cancel that frees its nonce.</param>
    /// <param name="hash">The transaction's hash.</param>
    /// <param name="raw">The signed bytes; valid during the call.</param>
    /// <exception cref="Exception">Whatever is thrown: nothing is sent and trading stops.</exception>
    void Sent(ulong orderId, in Hash32 hash, ReadOnlySpan<byte> raw);
}
