using System.Diagnostics.CodeAnalysis;
using FastRebalance.Amm.Abi;
using FastRebalance.Amm.UniswapV3;
using FastRebalance.Core.Assets;
using FastRebalance.Core.Events;

namespace FastRebalance.Amm;

/// <summary>
/// A concentrated-liquidity pool of Uniswap V3: the loop is that of <c>UniswapV3Pool.swap</c>.
/// </summary>
public sealed class UniswapV3Pool : ConcentratedPool
{
    public const string KindName = "uniswap-v3";

    internal static readonly AbiFunction Token0Function = new("token0()", 0x0dfe1681);
    internal static readonly AbiFunction Token1Function = new("token1()", 0xd21220a7);
    internal static readonly AbiFunction FeeFunction = new("fee()", 0xddca3f43);
    internal static readonly AbiFunction TickSpacingFunction = new("tickSpacing()", 0xd0c93a7c);
    internal static readonly AbiFunction Slot0Function = new("slot0()", 0x3850c7bd);
    internal static readonly AbiFunction LiquidityFunction = new("liquidity()", 0x1a686502);
    internal static readonly AbiFunction TickBitmapFunction = new("tickBitmap(int16)", 0x5339c296);
    internal static readonly AbiFunction TicksFunction = new("ticks(int24)", 0xf30dba93);
    internal static readonly AbiFunction SwapFunction = new("swap(address,bool,int256,uint160,bytes)", 0x128acb08);

    internal static readonly AbiEvent InitializeEvent =
        new("Initialize(uint160,int24)", "0x98636036cb66a9c19a37435efc1e90142190214e8abeb821bdba3f2990dd4c95");

    internal static readonly AbiEvent SwapEvent = new(
        "Swap(address,address,int256,int256,uint160,uint128,int24)", "0xc42079f94a6350d7e6235f29174924f928cc2ac818eb64fed8004e115fbcca67");

    internal static readonly AbiEvent MintEvent = new(
        "Mint(address,address,int24,int24,uint128,uint256,uint256)", "0x7a53080ba414158be7ec69b987b5fb7d07dee101fe85488f0853ae16239d0bde");

    internal static readonly AbiEvent BurnEvent = new(
        "Burn(address,int24,int24,uint128,uint256,uint256)", "0x0c396cd989a39f4459b5fa1aed6a9a8dcdbc45908acfd67e028cd568da98982c");

    private const int MaxSpacing = 16_383;

    // The contract takes a signed amount.
    private static readonly UInt256 MaxSignedAmount = UInt256.MaxValue >> 1;

    public UniswapV3Pool(PoolFacts facts, PoolId id, IReadOnlyList<AssetId> assets)
        : base(facts, id, assets, MaxSpacing)
    {
    }

    private protected override UInt256 MaxAmount => MaxSignedAmount;

    private protected override uint FeeNow(bool sellsAsset0) => FeePips;

    private protected override bool TryStepIn(
        in UInt256 price, in UInt256 target, UInt128 liquidity, in UInt256 remaining, uint feePips, out SwapStep step) =>
        SwapMath.TryStep(in price, in target, liquidity, in remaining, feePips, out step);

    private protected override bool TryStepOut(
        in UInt256 price, in UInt256 target, UInt128 liquidity, in UInt256 remaining, uint feePips, out SwapStep step) =>
        SwapMath.TryStepOut(in price, in target, liquidity, in remaining, feePips, out step);

    private protected override ConcentratedPool CopyKind() => new UniswapV3Pool(Facts, Id, Assets.ToArray());

    /// <summary>
    /// <c>swap(address,bool,int256,uint160,bytes)</c>: the pool pays out first, and its caller must then pay in from its
    /// <c>uniswapV3SwapCallback</c>. No limit but the end of the scale: what must come out is the caller's to check.
    /// </summary>
    protected override bool TryEncode(int sell, int buy, in SwapHop hop, Span<byte> data, out Address target, out int length)
    {
        (target, length) = (Address, 0);
        if (hop.AmountIn > MaxSignedAmount)
            return false;
        bool sellsAsset0 = sell == 0;
        AbiCallWriter writer = new(data, SwapFunction);
        writer.Write(hop.Recipient);
        writer.Write(sellsAsset0 ? 1 : 0);
        writer.Write(hop.AmountIn);
        writer.Write(LastPrice(sellsAsset0));
        writer.WriteNoBytes(wordsBefore: 4);
        return writer.TryFinish(out length);
    }

    public override bool TryReadLog(ReadOnlySpan<Hash32> topics, ReadOnlySpan<byte> data, ref MarketEvent e)
    {
        if (topics.IsEmpty)
            return false;
        e.Subject = Id.Value;
        if (topics[0] == SwapEvent.Topic)
            return topics.Length == 3 && data.Length == 5 * AbiWords.WordLength && TryReadPrice(data[(2 * AbiWords.WordLength)..], ref e);
        if (topics[0] == MintEvent.Topic)
            return topics.Length == 4 && data.Length == 4 * AbiWords.WordLength
                && TryReadChange(topics, data, amountWord: 1, shrinks: false, ref e);
        if (topics[0] == BurnEvent.Topic)
            return topics.Length == 4 && data.Length == 3 * AbiWords.WordLength
                && TryReadChange(topics, data, amountWord: 0, shrinks: true, ref e);
        return topics[0] == InitializeEvent.Topic && topics.Length == 1 && data.Length == 2 * AbiWords.WordLength
            && TryReadInitialize(data, ref e);
    }

    /// <summary>Price, liquidity, tick: the last three words of <c>Swap</c>.</summary>
    private static bool TryReadPrice(ReadOnlySpan<byte> data, ref MarketEvent e)
    {
        ConcentratedState state = default;
        if (!AbiWords.TryReadUInt(data, 0, PriceBits, out state.SqrtPriceX96)
            || !AbiWords.TryReadUInt128(data, 1, out state.Liquidity)
            || !AbiWords.TryReadInt24(data, 2, out state.Tick))
            return false;
        e.Kind = MarketEventKind.Concentrated;
        e.Concentrated = state;
        return IsPossible(in state);
    }

    /// <summary>A pool's first price; liquidity only comes later.</summary>
    private static bool TryReadInitialize(ReadOnlySpan<byte> data, ref MarketEvent e)
    {
        ConcentratedState state = default;
        if (!AbiWords.TryReadUInt(data, 0, PriceBits, out state.SqrtPriceX96) || !AbiWords.TryReadInt24(data, 1, out state.Tick))
            return false;
        e.Kind = MarketEventKind.Concentrated;
        e.Concentrated = state;
        return IsPossible(in state);
    }

    /// <summary>Owner, lower and upper tick are indexed in both events; the amount is in the data.</summary>
    private bool TryReadChange(ReadOnlySpan<Hash32> topics, ReadOnlySpan<byte> data, int amountWord, bool shrinks, ref MarketEvent e)
    {
        LiquidityChange change = default;
        if (!AbiWords.TryReadInt24(topics[2].Span, 0, out change.TickLower)
            || !AbiWords.TryReadInt24(topics[3].Span, 0, out change.TickUpper)
            || !AbiWords.TryReadInt128(data, amountWord, out change.Delta)
            || change.Delta < 0)
            return false;
        if (shrinks)
            change.Delta = -change.Delta;
        e.Kind = MarketEventKind.LiquidityChange;
        e.Liquidity = change;
        return IsUsableRange(in change);
    }

    public override void AppendReconcileCalls(List<PoolCall> calls)
    {
        calls.Add(new PoolCall(Address, Slot0Function.Call()));
        calls.Add(new PoolCall(Address, LiquidityFunction.Call()));
    }

    public override bool Reconciles(IReadOnlyList<byte[]> results) =>
        results.Count == 2 && TryReadHead(results[0], results[1], out ConcentratedState head) && IsAt(in head);

    internal override PoolCall WordCall(int word) => new(Address, TickBitmapFunction.Call(word));

    internal override PoolCall TickCall(int tick) => new(Address, TicksFunction.Call(tick));

    internal override bool TryReadTick(ReadOnlySpan<byte> result, out UInt128 gross, out Int128 net)
    {
        net = default;
        return AbiWords.TryReadUInt128(result, 0, out gross) && AbiWords.TryReadInt128(result, 1, out net);
    }

    /// <summary>Reads the answers of <c>slot0()</c> and <c>liquidity()</c>.</summary>
    internal override bool TryReadHead(ReadOnlySpan<byte> slot0, ReadOnlySpan<byte> liquidity, out ConcentratedState head)
    {
        head = default;
        return AbiWords.TryReadUInt(slot0, 0, PriceBits, out head.SqrtPriceX96)
            && AbiWords.TryReadInt24(slot0, 1, out head.Tick)
            && AbiWords.TryReadUInt128(liquidity, 0, out head.Liquidity)
            && IsPossible(in head);
    }
}

/// <summary>Uniswap V3 pools.</summary>
public sealed class UniswapV3Kind : PlainPoolKind
{
    public override string Name => UniswapV3Pool.KindName;

    protected override void AppendDescribeCalls(List<byte[]> calls)
    {
        calls.Add(UniswapV3Pool.Token0Function.Call());
        calls.Add(UniswapV3Pool.Token1Function.Call());
        calls.Add(UniswapV3Pool.FeeFunction.Call());
        calls.Add(UniswapV3Pool.TickSpacingFunction.Call());
    }

    protected override bool TryDescribe(
        Address address, IReadOnlyList<byte[]> results, [NotNullWhen(true)] out PoolFacts? facts, [NotNullWhen(false)] out string? failure)
    {
        facts = null;
        failure = null;
        if (results.Count != 4)
            failure = $"{Name} {address}: 4 answers are wanted, found {results.Count}";
        else if (!AbiWords.TryReadAddress(results[0], 0, out Address token0) || !AbiWords.TryReadAddress(results[1], 0, out Address token1))
            failure = $"{Name} {address}: token0() and token1() did not answer addresses; is it a pool?";
        else if (!AbiWords.TryReadUInt(results[2], 0, 24, out UInt256 fee) || fee >= PoolFacts.PipsPerUnit)
            failure = $"{Name} {address}: fee() did not answer millionths; is it another kind of pool?";
        else if (!AbiWords.TryReadInt24(results[3], 0, out int spacing) || spacing is <= 0 or >= 16_384)
            failure = $"{Name} {address}: tickSpacing() did not answer a spacing within 1..16383; is it another kind of pool?";
        else
            facts = new PoolFacts(Name, address, token0, token1, (uint)(ulong)fee, spacing);
        return failure is null;
    }

    public override Pool Create(PoolFacts facts, PoolId id, IReadOnlyList<AssetId> assets) => new UniswapV3Pool(facts, id, assets);
}
