using FastRebalance.Core.Assets;
using FastRebalance.Ethereum.Chains;
using FastRebalance.Ethereum.Rpc;
using FastRebalance.Execution.Chain;
using FastRebalance.Execution.Fees;
using FastRebalance.Execution.Submission;

namespace FastRebalance.Execution.Confirmation;

/// <summary>Everything that one look at the chain found.</summary>
/// <param name="Facts">Of the head.</param>
/// <param name="View">For the account's machine.</param>
/// <param name="Slots">Of each slot that was asked about.</param>
internal sealed record LookResult(HeadFacts Facts, AccountView View, IReadOnlyList<SlotAnswer> Slots);

/// <summary>
/// Looks at the chain for an account: head, nonce, balance, fees, and what became of every attempt that may be out. Does the waiting, so that the
/// account's own loop has none; touches nothing of it.
/// </summary>
internal sealed class ChainLook(ExecutionSetup setup, IChain chain, FeePolicy fees, IFillReader fills)
{
    private (ulong Number, Hash32 Hash) _final;

    /// <exception cref="RpcTransportException">The node did not answer.</exception>
    /// <exception cref="RpcErrorException">The node refused a question.</exception>
    /// <exception cref="InvalidOperationException">A fill succeeded without the logs of its legs.</exception>
    public async Task<LookResult> LookAsync(IReadOnlyList<SlotQuestion> questions, CancellationToken stop)
    {
        // The nonce first: a receipt that is missing afterwards is missing although the nonce is consumed, never the other way round.
        Task<ulong> nonce = chain.NonceAsync(setup.Account, BlockRef.Latest, stop);
        Task<BlockHeader?> header = chain.BlockAsync(BlockRef.Latest, stop);
        Task<UInt256> balance = chain.BalanceAsync(setup.Account, BlockRef.Latest, stop);
        Task<FeeHistory> history = chain.FeeHistoryAsync(setup.Fees.HistoryBlocks, setup.Fees.TipPercentile, stop);
        Task<IDataFeeTerms?> dataFee = DataFeeAsync(stop);
        await Task.WhenAll(nonce, header, balance, history, dataFee).ConfigureAwait(false);
        if (await header.ConfigureAwait(false) is not { } head)
            throw new RpcTransportException("the node knows no latest block");

        FeeHistory recent = await history.ConfigureAwait(false);
        HeadFacts facts = new(
            head, await nonce.ConfigureAwait(false), await balance.ConfigureAwait(false), NextBaseFee(recent, head),
            Array.ConvertAll(recent.RewardWei, FirstTip), await dataFee.ConfigureAwait(false));
        List<SlotAnswer> slots = new(questions.Count);
        foreach (SlotQuestion question in questions)
            slots.Add(await SeekAsync(question, stop).ConfigureAwait(false));
        return new LookResult(facts, ViewOf(facts, slots, await LostFinalBlockAsync(stop).ConfigureAwait(false)), slots);
    }

    /// <summary>A block that was final once and is not on the chain any more: nothing that was settled by it is.</summary>
    private async Task<bool> LostFinalBlockAsync(CancellationToken stop)
    {
        if (_final.Number != 0 && await chain.BlockAsync(BlockRef.At(_final.Number), stop).ConfigureAwait(false) is { } same && same.Hash != _final.Hash)
            return true;
        if (await FinalAsync(stop).ConfigureAwait(false) is { } newest && newest.Number > _final.Number)
            _final = (newest.Number, newest.Hash);
        return false;
    }

    private async Task<BlockHeader?> FinalAsync(CancellationToken stop)
    {
        try
        {
            return await chain.BlockAsync(BlockRef.Finalized, stop).ConfigureAwait(false);
        }
        catch (RpcErrorException)
        {
            return null; // a chain that knows no finality
        }
    }

    private AccountView ViewOf(HeadFacts facts, List<SlotAnswer> slots, bool lostFinalBlock) => new()
    {
        Head = facts.Header.Number,
        HeadHash = facts.Header.Hash,
        TimestampSeconds = facts.Header.TimestampSeconds,
        AccountNonce = facts.AccountNonce,
        BalanceWei = facts.BalanceWei,
        Market = fees.Quote(facts.NextBaseFeeWei, facts.TipsWei, out FeeQuote quote) == FeeVerdict.Quoted ? quote : null,
        LostFinalBlock = lostFinalBlock,
        Slots = slots.ConvertAll(static slot => slot.Sight),
    };

    /// <summary>What bytes cost beside the gas; null where nothing, or where the gas holds it already.</summary>
    private async Task<IDataFeeTerms?> DataFeeAsync(CancellationToken stop)
    {
        if (setup.DataFee is not { IsInGasEstimate: false } fee)
            return null;
        EthCallOutcome[] answers = await chain.CallManyAsync(fee.Questions, BlockRef.Latest, stop).ConfigureAwait(false);
        return fee.TryRead(answers, out IDataFeeTerms? terms)
            ? terms
            : throw new RpcTransportException("the chain does not tell its fee for L1 in the way of its profile: correct chain.profile");
    }

    /// <summary>The newest attempt first: it is the likeliest.</summary>
    private async Task<SlotAnswer> SeekAsync(SlotQuestion question, CancellationToken stop)
    {
        for (int i = question.Attempts.Count - 1; i >= 0; i--)
        {
            if (!question.Attempts[i].IsReleased || question.Attempts[i].Hash.IsZero
                || await CanonicalReceiptAsync(question.Attempts[i].Hash, stop).ConfigureAwait(false) is not { } receipt)
                continue;
            SlotSight mined = new(
                question.Nonce, question.Attempts.Count, new MinedFact(i, receipt.BlockHash, receipt.BlockNumber, receipt.Succeeded));
            return question.KnownBlock == receipt.BlockHash
                ? new SlotAnswer(mined, receipt)
                : await ReadAsync(question, mined, question.Attempts[i].IsFill, receipt, stop).ConfigureAwait(false);
        }
        return new SlotAnswer(await UnminedAsync(question, stop).ConfigureAwait(false));
    }

    private async Task<SlotSight> UnminedAsync(SlotQuestion question, CancellationToken stop)
    {
        SlotSight sight = new(question.Nonce, question.Attempts.Count);
        if (question.IsSettled || question.Newest < 0 || question.Attempts[question.Newest].Hash.IsZero)
            return sight;
        bool isPooled = await chain.KnowsAsync(question.Attempts[question.Newest].Hash, stop).ConfigureAwait(false);
        bool? reverts = question.TestsRevert && !isPooled ? await RevertsAsync(question, stop).ConfigureAwait(false) : null;
        return sight with { IsPooled = isPooled, WouldRevert = reverts };
    }

    private async Task<bool> RevertsAsync(SlotQuestion question, CancellationToken stop)
    {
        try
        {
            await chain.CallAsync(setup.Account, setup.Target, question.CallData, BlockRef.Latest, stop).ConfigureAwait(false);
            return false;
        }
        catch (RpcErrorException refused)
        {
            return refused.Error.IsRevert;
        }
    }

    /// <summary>A receipt counts when its block is the one that the node has at that height: pre-confirmations and old branches do not.</summary>
    private async Task<Receipt?> CanonicalReceiptAsync(Hash32 hash, CancellationToken stop)
    {
        Receipt? receipt = await chain.ReceiptAsync(hash, stop).ConfigureAwait(false);
        if (receipt is null || receipt.BlockHash.IsZero || receipt.TransactionHash != hash)
            return null;
        BlockHeader? block = await chain.BlockAsync(BlockRef.At(receipt.BlockNumber), stop).ConfigureAwait(false);
        return block?.Hash == receipt.BlockHash ? receipt : null;
    }

    private async Task<SlotAnswer> ReadAsync(SlotQuestion question, SlotSight mined, bool isFill, Receipt receipt, CancellationToken stop)
    {
        if (!isFill || question.Legs.Count == 0)
            return new SlotAnswer(mined, receipt, IsNew: true);
        if (!receipt.Succeeded)
            return new SlotAnswer(mined, receipt, IsNew: true, Reason: await WhyRevertedAsync(question, receipt, stop).ConfigureAwait(false));
        LegMovement[] movements = new LegMovement[question.Legs.Count];
        return fills.TryRead(question.DecisionNumber, question.Legs, receipt.Logs, movements)
            ? new SlotAnswer(mined, receipt, IsNew: true, movements)
            : throw new InvalidOperationException(
                $"decision {question.DecisionNumber} succeeded in {receipt.TransactionHash} without a swap of each of its pools: {setup.Target} is not what it is taken for");
    }

    private async Task<string> WhyRevertedAsync(SlotQuestion question, Receipt receipt, CancellationToken stop)
    {
        // The frames around one that runs out keep a 64th each.
        if (receipt.GasUsed >= question.GasLimit / 16 * 15)
            return $"it ran out of gas: {receipt.GasUsed} of {question.GasLimit} were used";
        try
        {
            await chain.CallAsync(setup.Account, setup.Target, question.CallData, BlockRef.At(receipt.BlockNumber - 1), stop).ConfigureAwait(false);
            return "it reverted at its place in the block, and would have succeeded at the block's beginning";
        }
        catch (RpcErrorException refused)
        {
            return $"reverted: {LastLook.Why(refused.Error)}";
        }
    }

    // The history's last entry is the block after its newest; a client without it leaves the head's own, which is at most 12.5 % off.
    private static ulong NextBaseFee(FeeHistory history, BlockHeader head) =>
        history.BaseFeePerGasWei.Length > 0 ? history.BaseFeePerGasWei[^1] : head.BaseFeePerGasWei;

    private static ulong FirstTip(ulong[] tips) => tips.Length > 0 ? tips[0] : 0;
}
