using FastRebalance.Core.Assets;
using FastRebalance.Ethereum.Encoding;
using FastRebalance.Execution;
using Nethereum.Hex.HexTypes;
using Nethereum.JsonRpc.Client;
using Nethereum.RPC.Eth.DTOs;
using Nethereum.RPC.Eth.Transactions;
using Nethereum.RPC.NonceServices;

namespace FastRebalance.Nethereum;

/// <summary>
/// Nonces for Nethereum's transactions of the desk's account. A nonce counts as used when it was signed for, not when it was asked for, so a
/// fee request that fails leaves no gap; and none is given while the executor trades with the same account, whose nonces are its own.
/// </summary>
/// <param name="account">The desk's account.</param>
/// <param name="signer">What signs for it, and remembers for what.</param>
/// <param name="executorState">The executor's state; null where the account does not trade in this process.</param>
public sealed class DeskNonceService(Address account, DeskExternalSigner signer, Func<ExecutorState>? executorState = null) : INonceService
{
    public IClient? Client { get; set; }

    public bool UseLatestTransactionsOnly { get; set; }

    /// <exception cref="InvalidOperationException">The executor trades with this account; the message says what to do.</exception>
    public async Task<HexBigInteger> GetNextNonceAsync()
    {
        if (executorState?.Invoke() is ExecutorState.Running or ExecutorState.Draining)
            throw new InvalidOperationException(
                $"the executor trades with {account} and would take another's nonce for a stolen key: stop it first, or give contract services an account of their own");
        if (Client is null)
            throw new InvalidOperationException("no client: make the Web3 of this account with one");
        BlockParameter block = UseLatestTransactionsOnly ? BlockParameter.CreateLatest() : BlockParameter.CreatePending();
        HexBigInteger known = await new EthGetTransactionCount(Client).SendRequestAsync(account.ToString(), block).ConfigureAwait(false);
        return signer.NextNonce is { } next && next > known.Value ? new HexBigInteger(Hex.Quantity(next)) : known;
    }

    /// <summary>Nothing to forget: what was signed may be out there.</summary>
    public Task ResetNonceAsync() => Task.CompletedTask;
}
