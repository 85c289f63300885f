using FastRebalance.Core.Assets;
using FastRebalance.Ethereum.Encoding;
using FastRebalance.Ethereum.Rpc;

namespace FastRebalance.Devnet.Relay;

/// <summary>
/// Makes blocks on a development node that does not mine by itself: tries what the relay holds for the block, puts what passes into the node's pool
/// in order, and mines at once, so that it is public for the moment of mining and no longer. One block at a time.
/// </summary>
internal sealed class RelayBuilder(EthereumNode node, RelayBook book, Action<string>? progress) : IDisposable
{
    private readonly SemaphoreSlim _oneAtATime = new(1, 1);

    public void Dispose() => _oneAtATime.Dispose();

    public async Task BuildAsync(CancellationToken cancellation)
    {
        await _oneAtATime.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            ulong block = await node.BlockNumberAsync(cancellation).ConfigureAwait(false) + 1;
            List<RelayBundle> chosen = await ChooseAsync(block, cancellation).ConfigureAwait(false);
            foreach (RelayTransaction transaction in chosen.SelectMany(static bundle => bundle.Transactions))
                await node.SendRawTransactionAsync(transaction.Raw, cancellation).ConfigureAwait(false);
            await node.InvokeAsync("evm_mine", null, cancellation).ConfigureAwait(false);
            foreach (RelayBundle bundle in chosen)
                await SettleAsync(bundle, block, cancellation).ConfigureAwait(false);
            foreach (RelayBundle lapsed in book.Pass(block))
                progress?.Invoke($"bundle {lapsed.Hash} did not land up to block {block}");
        }
        finally
        {
            _oneAtATime.Release();
        }
    }

    // Each bundle is tried on top of those chosen before it.
    private async Task<List<RelayBundle>> ChooseAsync(ulong block, CancellationToken cancellation)
    {
        List<RelayBundle> chosen = [];
        RelayBundle[] candidates = book.For(block);
        if (candidates.Length == 0)
            return chosen;
        FeeHistory fees = await node.FeeHistoryAsync(1, BlockRef.Latest, [], cancellation).ConfigureAwait(false);
        ulong now = (ulong)DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        Dictionary<Address, ulong> nonces = [];
        foreach (RelayBundle candidate in candidates)
        {
            string? reason = now < candidate.MinTimestamp || now > candidate.MaxTimestamp ? "its time is not now"
                : candidate.Transactions.Any(transaction => transaction.Fields.MaxFeePerGasWei < fees.BaseFeePerGasWei[^1]) ? "it offers less than the base fee"
                : await WhyNotAsync(candidate, chosen, nonces, cancellation).ConfigureAwait(false);
            if (reason is null)
                chosen.Add(candidate);
            else
                progress?.Invoke($"bundle {candidate.Hash} is not in block {block}: {reason}");
        }
        return chosen;
    }

    private async Task<string?> WhyNotAsync(
        RelayBundle candidate, List<RelayBundle> chosen, Dictionary<Address, ulong> nonces, CancellationToken cancellation)
    {
        Dictionary<Address, ulong> after = new(nonces);
        foreach (RelayTransaction transaction in candidate.Transactions)
        {
            if (!after.TryGetValue(transaction.Sender, out ulong next))
                next = await node.NonceAsync(transaction.Sender, BlockRef.Latest, cancellation).ConfigureAwait(false);
            if (transaction.Fields.Nonce != next)
                return $"nonce {transaction.Fields.Nonce} is not the next, which is {next}";
            after[transaction.Sender] = next + 1;
        }
        try
        {
            RelayTransaction[] all = [.. chosen.SelectMany(static bundle => bundle.Transactions), .. candidate.Transactions];
            RelayOutcome[] outcomes = await RelaySimulator.RunAsync(node, all, BlockRef.Latest, cancellation).ConfigureAwait(false);
            int first = all.Length - candidate.Transactions.Count;
            for (int i = 0; i < candidate.Transactions.Count; i++)
                if (!outcomes[first + i].Succeeded && !candidate.MayRevert.Contains(candidate.Transactions[i].Hash))
                    return $"{candidate.Transactions[i].Hash} reverts";
        }
        catch (RelayRefusal refused)
        {
            return refused.Message;
        }
        foreach ((Address sender, ulong next) in after)
            nonces[sender] = next;
        return null;
    }

    // What was not mined after all must not stay behind in the pool for everyone to see.
    private async Task SettleAsync(RelayBundle bundle, ulong block, CancellationToken cancellation)
    {
        foreach (RelayTransaction transaction in bundle.Transactions)
            if (await node.ReceiptAsync(transaction.Hash, cancellation).ConfigureAwait(false) is null)
            {
                await node.InvokeAsync("anvil_dropTransaction", writer => writer.WriteStringValue(transaction.Hash.ToString()), cancellation).ConfigureAwait(false);
                progress?.Invoke($"bundle {bundle.Hash} was left out of block {block} by the node");
                return;
            }
        book.Remove(bundle);
        progress?.Invoke($"bundle {bundle.Hash} of {bundle.Transactions.Count} landed in block {Hex.Quantity(block)}");
    }
}
