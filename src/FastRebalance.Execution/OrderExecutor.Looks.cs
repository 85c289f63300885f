using FastRebalance.Core.Assets;
using FastRebalance.Core.Measures;
using FastRebalance.Core.Results;
using FastRebalance.Ethereum.Chains;
using FastRebalance.Ethereum.Rpc;
using FastRebalance.Execution.Confirmation;
using FastRebalance.Execution.Fees;
using FastRebalance.Execution.Nonces;

namespace FastRebalance.Execution;

// Looking at the chain, at every head and after every reconnect. Runs on the loop, the pump apart.
public sealed partial class OrderExecutor
{
    private HeadFacts? _facts;
    private int _headWaits;

    /// <summary>Hands heads to the loop, folded: however many came while it was busy, it looks once.</summary>
    private async Task PumpHeadsAsync()
    {
        try
        {
            await foreach (SubscriptionItem<BlockHeader> item in _heads!.Items.ReadAllAsync(_stop.Token).ConfigureAwait(false))
                if (item.Signal == SubscriptionSignal.Lost)
                    _inbox.Writer.TryWrite(ExecutorInput.Of(ExecutorInputKind.Lost));
                else
                    WakeForHead();
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // Asked to end.
        }
    }

    private void WakeForHead()
    {
        if (Interlocked.Exchange(ref _headWaits, 1) == 0)
            _inbox.Writer.TryWrite(ExecutorInput.Of(ExecutorInputKind.Head));
    }

    /// <summary>The edge of the loop's I/O: a look that fails is made again at the next head or connection.</summary>
    private async Task LookQuietlyAsync()
    {
        try
        {
            await LookAsync(_stop.Token).ConfigureAwait(false);
        }
        catch (Exception broken) when (broken is RpcTransportException or RpcErrorException)
        {
            _facts = null; // no order on old facts
        }
    }

    private async Task LookAsync(CancellationToken stop)
    {
        // The nonce first: a receipt that is missing afterwards is missing although the nonce is consumed, never the other way round.
        Task<ulong> nonce = _chain.NonceAsync(_setup.Account, BlockRef.Latest, stop);
        Task<BlockHeader?> header = _chain.BlockAsync(BlockRef.Latest, stop);
        Task<UInt256> balance = _chain.BalanceAsync(_setup.Account, BlockRef.Latest, stop);
        Task<FeeHistory> history = _chain.FeeHistoryAsync(_setup.Fees.HistoryBlocks, _setup.Fees.TipPercentile, stop);
        Task<IDataFeeTerms?> dataFee = DataFeeAsync(stop);
        await Task.WhenAll(nonce, header, balance, history, dataFee).ConfigureAwait(false);
        if (await header.ConfigureAwait(false) is not { } head)
            throw new RpcTransportException("the node knows no latest block");

        FeeHistory fees = await history.ConfigureAwait(false);
        HeadFacts facts = new(
            head, await nonce.ConfigureAwait(false), await balance.ConfigureAwait(false), NextBaseFee(fees, head), Array.ConvertAll(fees.RewardWei, FirstTip),
            await dataFee.ConfigureAwait(false));
        _reports.HeadUnixSeconds = Math.Max(_reports.HeadUnixSeconds, head.TimestampSeconds);
        _reports.HeadNumber = head.Number;
        _facts = facts;
        await FollowAsync(facts, stop).ConfigureAwait(false);
        await AuditAsync(facts).ConfigureAwait(false);
    }

    /// <summary>What bytes cost beside the gas; null where nothing, or where the gas holds it already.</summary>
    private async Task<IDataFeeTerms?> DataFeeAsync(CancellationToken stop)
    {
        if (_setup.DataFee is not { IsInGasEstimate: false } fee)
            return null;
        EthCallOutcome[] answers = await _chain.CallManyAsync(fee.Questions, BlockRef.Latest, stop).ConfigureAwait(false);
        return fee.TryRead(answers, out IDataFeeTerms? terms)
            ? terms
            : throw new RpcTransportException("the chain does not tell its fee for L1 in the way of its profile: correct chain.profile");
    }

    private async Task FollowAsync(HeadFacts facts, CancellationToken stop)
    {
        FeeQuote? market = _fees.Quote(facts.NextBaseFeeWei, facts.TipsWei, out FeeQuote quote) == FeeVerdict.Quoted ? quote : null;
        _following.RemoveAll(static followed => followed.IsClosed);
        foreach (FollowedOrder followed in _following)
        {
            OrderLifecycle lifecycle = followed.Lifecycle!;
            MinedFact? mined = await FindMinedAsync(followed, stop).ConfigureAwait(false);
            bool? pooled = mined is null && !lifecycle.IsSettled
                ? await _chain.KnowsAsync(lifecycle.Attempts[^1].Hash, stop).ConfigureAwait(false)
                : null;
            List<LifecycleAction> actions = [];
            int unechoed = lifecycle.AcksWithoutEcho;
            lifecycle.OnView(new ChainView
            {
                Head = facts.Header.Number,
                HeadHash = facts.Header.Hash,
                TimestampSeconds = facts.Header.TimestampSeconds,
                AccountNonce = facts.AccountNonce,
                Mined = mined,
                IsPooled = pooled,
                Market = market,
            }, actions);
            Interlocked.Add(ref _acksWithoutEcho, lifecycle.AcksWithoutEcho - unechoed);
            if (lifecycle.Mined is null)
                ForgetReceipt(followed);
            await PerformAsync(followed, actions).ConfigureAwait(false);
        }
    }

    /// <summary>Nothing is under way, and the account moved all the same.</summary>
    private Task AuditAsync(HeadFacts facts) =>
        !HasUnsettled() && _nonces.Compare(facts.AccountNonce) == NonceVerdict.Foreign
            ? FaultAsync($"the account's nonce is {facts.AccountNonce} and only those below {_nonces.Next} were used here: another program uses the key")
            : Task.CompletedTask;

    /// <summary>The newest attempt first: it is the likeliest.</summary>
    private async Task<MinedFact?> FindMinedAsync(FollowedOrder followed, CancellationToken stop)
    {
        IReadOnlyList<Attempt> attempts = followed.Lifecycle!.Attempts;
        for (int i = attempts.Count - 1; i >= 0; i--)
        {
            if (!attempts[i].MayBeOut || await CanonicalReceiptAsync(attempts[i].Hash, stop).ConfigureAwait(false) is not { } receipt)
                continue;
            if (followed.Receipt is null || followed.Receipt.BlockHash != receipt.BlockHash)
                await KeepReceiptAsync(followed, attempts[i], receipt, stop).ConfigureAwait(false);
            return new MinedFact(i, receipt.BlockHash, receipt.BlockNumber, receipt.Succeeded);
        }
        return null;
    }

    /// <summary>A receipt counts when its block is the one that the node has at that height: pre-confirmations and old branches do not.</summary>
    private async Task<Receipt?> CanonicalReceiptAsync(Hash32 hash, CancellationToken stop)
    {
        Receipt? receipt = await _chain.ReceiptAsync(hash, stop).ConfigureAwait(false);
        if (receipt is null || receipt.BlockHash.IsZero || receipt.TransactionHash != hash)
            return null;
        BlockHeader? block = await _chain.BlockAsync(BlockRef.At(receipt.BlockNumber), stop).ConfigureAwait(false);
        return block?.Hash == receipt.BlockHash ? receipt : null;
    }

    private async Task KeepReceiptAsync(FollowedOrder followed, Attempt attempt, Receipt receipt, CancellationToken stop)
    {
        followed.Receipt = receipt;
        if (followed.IncludedNs == 0)
        {
            followed.IncludedNs = MonotonicClock.NowNs;
            Timings.SendToIncluded.Record(followed.IncludedNs - followed.SentNs);
        }
        followed.Movements = [];
        if (attempt.Kind != AttemptKind.Fill)
            return;
        if (!receipt.Succeeded)
        {
            followed.Reason = await WhyRevertedAsync(followed, receipt, stop).ConfigureAwait(false);
            return;
        }
        LegMovement[] movements = new LegMovement[followed.Order.Legs.Count];
        if (!_fills.TryRead(followed.Order.Id, followed.Order.Legs, receipt.Logs, movements))
            throw new InvalidOperationException(
                $"order {followed.Order.Id} succeeded in {receipt.TransactionHash} without a swap of each of its pools: {_setup.Target} is not what it is taken for");
        followed.Movements = movements;
    }

    private async Task<string> WhyRevertedAsync(FollowedOrder followed, Receipt receipt, CancellationToken stop)
    {
        // The frames around one that runs out keep a 64th each.
        if (receipt.GasUsed >= followed.GasLimit / 16 * 15)
            return $"it ran out of gas: {receipt.GasUsed} of {followed.GasLimit} were used";
        try
        {
            await _chain.CallAsync(_setup.Account, _setup.Target, followed.CallData, BlockRef.At(receipt.BlockNumber - 1), stop).ConfigureAwait(false);
            return "it reverted at its place in the block, and would have succeeded at the block's beginning";
        }
        catch (RpcErrorException refused)
        {
            return $"reverted: {LastLook.Why(refused.Error)}";
        }
    }

    private static void ForgetReceipt(FollowedOrder followed)
    {
        followed.Receipt = null;
        followed.Movements = [];
        followed.IncludedNs = 0;
    }

    // The history's last entry is the block after its newest; a client without it leaves the head's own, which is at most 12.5 % off.
    private static ulong NextBaseFee(FeeHistory history, BlockHeader head) =>
        history.BaseFeePerGasWei.Length > 0 ? history.BaseFeePerGasWei[^1] : head.BaseFeePerGasWei;

    private static ulong FirstTip(ulong[] tips) => tips.Length > 0 ? tips[0] : 0;
}
