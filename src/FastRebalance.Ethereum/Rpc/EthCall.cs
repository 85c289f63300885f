using FastRebalance.Core.Assets;

namespace FastRebalance.Ethereum.Rpc;

/// <summary>One read-only call.</summary>
/// <param name="To">The contract.</param>
/// <param name="Data">Selector and arguments.</param>
/// <param name="From">The zero address when null.</param>
public readonly record struct EthCall(Address To, ReadOnlyMemory<byte> Data, Address? From = null);

/// <summary>What one call of a batch gave.</summary>
/// <param name="Success">The call returned.</param>
/// <param name="Data">Return data, or the revert data when <see cref="Success"/> is false.</param>
/// <param name="Error">Set when the call did not succeed.</param>
public readonly record struct EthCallOutcome(bool Success, byte[] Data, RpcError? Error);

/// <summary>What the node said to a raw transaction.</summary>
/// <param name="Hash">Hash that the node gave; zero when it refused.</param>
/// <param name="Error">Why it refused; null when it took it.</param>
public readonly record struct SendOutcome(Hash32 Hash, RpcError? Error)
{
    public bool IsAccepted => Error is null && !Hash.IsZero;
}
