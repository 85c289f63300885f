using FastRebalance.Core.Assets;
using FastRebalance.Ethereum.Transactions;

namespace FastRebalance.Ethereum.Signers;

/// <summary>
/// Signs transactions of the desk's account: with a key in this process, or by asking another program that holds it. May be called from
/// several threads; the owner disposes once, after the last signature.
/// </summary>
public interface IAccountSigner : IDisposable
{
    /// <summary>The only chain it signs for.</summary>
    ulong ChainId { get; }

    /// <summary>The only account it signs for.</summary>
    Address Address { get; }

    /// <summary>Whether what it signs may carry an access list (EIP-2930); one that leaves it out would sign another transaction.</summary>
    bool SignsAccessLists { get; }

    /// <summary>
    /// Signs. The local signer's answer is there when the call returns; a remote one's comes within its time limit, and only after it was
    /// held against what was asked.
    /// </summary>
    /// <param name="fields">What to sign, on <see cref="ChainId"/>; the memory behind it must stay as it is until the answer is there.</param>
    /// <param name="cancellation">Gives up waiting; the other program may sign all the same.</param>
    /// <returns>The bytes that travel, or one reason why there are none. What a remote signer does is never an exception.</returns>
    /// <exception cref="ArgumentException">The fields are of another chain, or do not fit their kind.</exception>
    /// <exception cref="OperationCanceledException">Given up.</exception>
    ValueTask<SigningOutcome> SignAsync(TransactionFields fields, CancellationToken cancellation = default);

    /// <summary>Asks whether it could sign now, and signs nothing.</summary>
    /// <returns><see cref="SigningStatus.Ready"/>, or what stands in the way.</returns>
    ValueTask<SigningOutcome> ProbeAsync(CancellationToken cancellation = default);
}
