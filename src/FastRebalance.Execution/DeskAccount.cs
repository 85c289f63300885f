using FastRebalance.Core.Assets;
using FastRebalance.Ethereum.Rpc;
using FastRebalance.Ethereum.Transactions;

namespace FastRebalance.Execution;

/// <summary>Looks the account over before it trades, and gives the router its allowances.</summary>
public sealed class DeskAccount
{
    public DeskAccount(ExecutionSetup setup, EthereumNode node) => throw new NotSupportedException();

    /// <summary>Reads everything that trading needs: chain, code, nonces, coins, allowances, and whether the router knows the pools.</summary>
    public Task<AccountCheck> CheckAsync(CancellationToken cancellation = default) => throw new NotSupportedException();

    /// <summary>Lets the router take these assets without limit, one transaction each, and waits until they are mined.</summary>
    public Task<IReadOnlyList<Hash32>> ApproveAsync(
        TransactionSigner signer, IReadOnlyList<AssetId> assets, CancellationToken cancellation = default) => throw new NotSupportedException();
}
