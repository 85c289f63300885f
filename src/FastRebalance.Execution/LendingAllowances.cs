using FastRebalance.Core.Assets;
using FastRebalance.Ethereum.Contracts;
using FastRebalance.Ethereum.Encoding;
using FastRebalance.Ethereum.Rpc;
using FastRebalance.Ethereum.Signers;
using FastRebalance.Execution.Chain;

namespace FastRebalance.Execution;

/// <summary>
/// What the vault lets the executor do at a lending market: take what is supplied of an asset (its aToken's allowance), and borrow it on the vault's
/// behalf (its debt token's delegation).
/// </summary>
internal sealed class LendingAllowances(ExecutionSetup setup, LendingSetup lending, IChain chain)
{
    /// <summary>Adds what is missing, of every asset that is a reserve.</summary>
    /// <exception cref="RpcTransportException">The node does not answer.</exception>
    public async Task ReadAsync(List<AccountProblem> problems, CancellationToken cancellation)
    {
        string how = setup.Holder == setup.Account ? "'fastrebalance doctor --approve' gives it" : "its vault gives it";
        foreach (Allowance found in await ReadAsync(cancellation).ConfigureAwait(false))
            if (found.Amount < DeskAccount.Plenty)
                problems.Add(new AccountProblem(AccountProblemKind.NoAllowance, found.Asset,
                    $"{setup.Executor} may {(found.IsDelegation ? "borrow" : "take of what is supplied")} {found.Amount} of {setup.Assets[found.Asset.Index]} "
                    + $"on behalf of {setup.Holder}, by {found.Token}: {how}, with {(found.IsDelegation ? "approveDelegation" : "approve")} there", IsFatal: false));
    }

    /// <summary>Gives without limit what is missing of these assets, each mined before the next; the account's own only.</summary>
    /// <exception cref="InvalidOperationException">A transaction was refused or reverted.</exception>
    public async Task<IReadOnlyList<Hash32>> GiveAsync(IAccountSigner signer, IReadOnlyList<AssetId> assets, CancellationToken cancellation)
    {
        AccountSender sender = new(chain, signer, setup.Fees, setup.MaxFeePerGasWei);
        List<Hash32> hashes = [];
        foreach (Allowance found in await ReadAsync(cancellation).ConfigureAwait(false))
        {
            if (found.Amount >= DeskAccount.Plenty || !assets.Contains(found.Asset))
                continue;
            byte[] call = found.IsDelegation
                ? AaveCalls.ApproveDelegation(setup.Executor, UInt256.MaxValue) : Erc20.Approve(setup.Executor, UInt256.MaxValue);
            string what = found.IsDelegation ? "the delegation of debt in" : "the approval of what is supplied of";
            hashes.Add((await sender.SendAsync($"{what} {setup.Assets[found.Asset.Index]}", found.Token, call, DeskAccount.ApproveGas, cancellation)
                .ConfigureAwait(false)).TransactionHash);
        }
        return hashes;
    }

    // An answer that is none counts as nothing allowed.
    private async Task<List<Allowance>> ReadAsync(CancellationToken cancellation)
    {
        List<Allowance> all = [];
        List<EthCall> calls = [];
        for (int i = 0; i < lending.Reserves.Count; i++)
        {
            if (!lending.Reserves[i].IsReserve)
                continue;
            (Address aToken, Address debtToken) = lending.Reserves[i];
            all.Add(new Allowance(AssetId.FromIndex(i), aToken, IsDelegation: false, default));
            calls.Add(new EthCall(aToken, Erc20.Allowance(setup.Holder, setup.Executor)));
            all.Add(new Allowance(AssetId.FromIndex(i), debtToken, IsDelegation: true, default));
            calls.Add(new EthCall(debtToken, AaveCalls.BorrowAllowance(setup.Holder, setup.Executor)));
        }
        EthCallOutcome[] answers = await chain.CallManyAsync(calls, BlockRef.Latest, cancellation).ConfigureAwait(false);
        for (int i = 0; i < all.Count; i++)
        {
            AbiReader reader = new(answers[i].Data);
            if (answers[i].Success && reader.TryReadUInt256(out UInt256 amount))
                all[i] = all[i] with { Amount = amount };
        }
        return all;
    }

    private readonly record struct Allowance(AssetId Asset, Address Token, bool IsDelegation, UInt256 Amount);
}
