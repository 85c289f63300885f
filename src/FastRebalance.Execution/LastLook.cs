using FastRebalance.Core.Assets;
using FastRebalance.Core.Events;
using FastRebalance.Ethereum.Chains;
using FastRebalance.Ethereum.Contracts;
using FastRebalance.Ethereum.Encoding;
using FastRebalance.Ethereum.Rpc;
using FastRebalance.Ethereum.Transactions;
using FastRebalance.Execution.Chain;
using FastRebalance.Execution.Fees;
using FastRebalance.Execution.Transactions;

namespace FastRebalance.Execution;

/// <summary>What the executor keeps of the newest head, so that an order waits for one question only: its simulation.</summary>
/// <param name="Header">The head.</param>
/// <param name="AccountNonce">The account's next nonce at the latest block.</param>
/// <param name="BalanceWei">Coins to pay gas with.</param>
/// <param name="NextBaseFeeWei">Base fee of the block after the head.</param>
/// <param name="TipsWei">One tip per recent block.</param>
/// <param name="DataFee">What bytes cost beside the gas; null where nothing.</param>
internal sealed record HeadFacts(
    BlockHeader Header, ulong AccountNonce, UInt256 BalanceWei, ulong NextBaseFeeWei, ulong[] TipsWei, IDataFeeTerms? DataFee = null);

/// <summary>An order that may go out: its fees and gas, or the reason why it may not.</summary>
internal readonly record struct LookVerdict(string? Refusal, FeeQuote Fees, ulong GasLimit)
{
    /// <summary>What is worth declaring to be touched; empty for none.</summary>
    public ReadOnlyMemory<AccessListEntry> AccessList { get; init; }

    public static LookVerdict No(string reason) => new(reason, default, 0);
}

/// <summary>The last questions before a signature: is the head fresh, do the nonces agree, can it be paid, and does it do what it should.</summary>
internal sealed class LastLook(ExecutionSetup setup, IChain chain, FeePolicy fees, TimeProvider clock)
{
    // A pool touched in the simulated second writes no oracle entry, and one touched later does: up to two slots of a pair that were
    // zero before (UniswapV2Pair._update), 22100 gas each. A limit costs nothing where it is not used up.
    private const ulong OracleGasPerHop = 45_000;

    private bool _isAccessUnknown;
    private long _maxHeadAgeTicks = setup.MaxHeadAge.Ticks;

    /// <summary>With an older head nothing is sent. Any thread.</summary>
    public TimeSpan MaxHeadAge
    {
        get => new(Volatile.Read(ref _maxHeadAgeTicks));
        set => Volatile.Write(ref _maxHeadAgeTicks, value.Ticks);
    }

    /// <exception cref="RpcTransportException">The node did not answer.</exception>
    public async Task<LookVerdict> JudgeAsync(Order order, byte[] callData, HeadFacts? facts, ulong nextNonce, CancellationToken stop)
    {
        if (facts is null)
            return LookVerdict.No("no head is known yet, or the connection to the node is lost");
        if (StaleHead(facts) is { } stale)
            return LookVerdict.No(stale);
        if (facts.Header.TimestampSeconds >= order.DeadlineUnixSeconds)
            return LookVerdict.No($"its deadline {order.DeadlineUnixSeconds} is not after the head's time {facts.Header.TimestampSeconds}");
        if (facts.AccountNonce != nextNonce)
            return LookVerdict.No($"the chain's nonce is {facts.AccountNonce} and the next one here is {nextNonce}: an earlier order's outcome is open again");
        if (fees.Quote(facts.NextBaseFeeWei, facts.TipsWei, out FeeQuote quote) != FeeVerdict.Quoted)
            return LookVerdict.No($"the next base fee of {facts.NextBaseFeeWei} wei is above the maximum of {fees.MaxFeePerGasWei} wei");
        return await SimulateAsync(order, callData, facts, quote, stop).ConfigureAwait(false);
    }

    private string? StaleHead(HeadFacts facts)
    {
        TimeSpan age = clock.GetUtcNow() - DateTimeOffset.FromUnixTimeSeconds(facts.Header.TimestampSeconds);
        return age <= MaxHeadAge
            ? null
            : $"the head {facts.Header.Number} is {age.TotalSeconds:F0} s old, and {MaxHeadAge.TotalSeconds:F0} s is the limit";
    }

    private async Task<LookVerdict> SimulateAsync(Order order, byte[] callData, HeadFacts facts, FeeQuote quote, CancellationToken stop)
    {
        ulong gas;
        // Both questions at once: the order waits for the slower of the two, not for one after the other.
        Task<ReadOnlyMemory<AccessListEntry>> touched = WorthDeclaringAsync(callData, stop);
        try
        {
            gas = await chain.EstimateGasAsync(setup.Account, setup.Target, callData, stop).ConfigureAwait(false);
        }
        catch (RpcErrorException refused)
        {
            return LookVerdict.No($"simulated on the head it fails: {Why(refused.Error)}");
        }
        if (gas > setup.MaxGasLimit)
            return LookVerdict.No($"it needs {gas} gas, and {setup.MaxGasLimit} is the limit");
        ulong limit = Math.Min(gas + gas / 4 + Hops(order) * OracleGasPerHop, setup.MaxGasLimit);
        UInt256 worst = (UInt256)limit * (UInt256)quote.MaxFeePerGasWei;
        UInt256 data = WorstDataFee(callData, limit, facts);
        return worst + data > facts.BalanceWei
            ? LookVerdict.No($"the account holds {facts.BalanceWei} wei, and gas could cost {worst} wei{(data.IsZero ? "" : $" and its bytes {data} wei")}")
            : new LookVerdict(null, quote, limit) { AccessList = await touched.ConfigureAwait(false) };
    }

    /// <summary>Never a reason to refuse an order: what cannot be told is not declared.</summary>
    private async Task<ReadOnlyMemory<AccessListEntry>> WorthDeclaringAsync(byte[] callData, CancellationToken stop)
    {
        // Where bytes are paid for by themselves, 20 for an address and 32 for a slot cost more than the gas that they save.
        if (!setup.DeclaresAccess || setup.DataFee is not null || _isAccessUnknown)
            return default;
        try
        {
            TouchedState? touched = await chain.TouchedStateAsync(setup.Account, setup.Target, callData, stop).ConfigureAwait(false);
            _isAccessUnknown = touched is null; // a node that does not know the method will not learn it
            return touched is { Failure: null } ? AccessLists.Worth(touched.Entries, setup.Target).Entries : default;
        }
        catch (Exception broken) when (broken is RpcErrorException or RpcTransportException)
        {
            return default;
        }
    }

    // The prices may rise until it is mined: L1's base fee by an eighth a block, and the rollup passes it on every few blocks.
    private static UInt256 WorstDataFee(byte[] callData, ulong gasLimit, HeadFacts facts) => facts.DataFee is { } terms
        ? terms.FeeWei(SignedSize.Pattern(callData), gasLimit) * 5 / 4
        : UInt256.Zero;

    private static ulong Hops(Order order)
    {
        int hops = 0;
        foreach (OrderLeg leg in order.Legs)
            hops += leg.HopCount;
        return (ulong)hops;
    }

    /// <summary>The contract's reason where there is one, the node's words where there is none.</summary>
    public static string Why(RpcError error)
    {
        byte[] data = error.RevertData();
        return error.IsRevert && data.Length > 0
            ? ExecutorArtifact.Leveraged.DescribeError(data) // it knows the other's as well
                ?? RevertReason.Decode(data).ToString()
            : error.Message;
    }
}
