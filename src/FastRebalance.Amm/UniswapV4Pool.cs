using FastRebalance.Amm.Abi;
using FastRebalance.Amm.UniswapV3;
using FastRebalance.Amm.UniswapV4;
using FastRebalance.Core.Assets;
using FastRebalance.Core.Events;

namespace FastRebalance.Amm;

/// <summary>
/// A pool of Uniswap V4's manager, without hooks that touch a swap. The loop is that of <c>v4-core/src/libraries/Pool.sol</c>: V3's, with another
/// step, and with the protocol's fee on top of the pool's own.
/// </summary>
public sealed class UniswapV4Pool : ConcentratedPool
{
    public const string KindName = "uniswap-v4";

    internal static readonly AbiFunction ReadSlotFunction = new("extsload(bytes32)", 0x1e2eaeaf);

    internal static readonly AbiFunction SwapFunction =
        new("swap((address,address,uint24,int24,address),(bool,int256,uint160),bytes)", 0xf3cd914c);

    internal static readonly AbiEvent InitializeEvent = new(
        "Initialize(bytes32,address,address,uint24,int24,address,uint160,int24)",
        "0xdd466e674ea557f56295e2d0218a125ea4b4f0f6f3307b95f85e6110838d6438");

    internal static readonly AbiEvent SwapEvent = new(
        "Swap(bytes32,address,int128,int128,uint160,uint128,int24,uint24)",
        "0x40e9cecb9f5f1f1c5b9c97dec2917b7ee92e57ba5563708daca94dd84ad7112f");

    internal static readonly AbiEvent ModifyLiquidityEvent = new(
        "ModifyLiquidity(bytes32,address,int24,int24,int256,bytes32)",
        "0xf208f4912782fd25c7f114ca3723a2d5dd6f3bcc3ac8db5af63baa85f711d5ec");

    internal static readonly AbiEvent ProtocolFeeEvent = new(
        "ProtocolFeeUpdated(bytes32,uint24)", "0xe9c42593e71f84403b84352cd168d693e2c9fcd1fdbcc3feb21d92b43e6696f9");

    /// <summary>Indices of <see cref="MarketEventKind.PoolParameter"/>.</summary>
    private const byte LpFeeIndex = 0;

    private const byte ProtocolFeeIndex = 1;

    private const int TickShift = PriceBits;
    private const int FeeBits = 24;
    private const int ProtocolFeeShift = TickShift + FeeBits;
    private const int LpFeeShift = ProtocolFeeShift + FeeBits;

    // The manager settles in 128-bit signed amounts.
    private static readonly UInt256 MaxDelta = (UInt128)Int128.MaxValue;

    private readonly UniswapV4Key _key;
    private readonly UniswapV4Slots _slots;
    private UniswapV4Fees _fees;
    private bool _feesKnown;
    private uint _feeOn0;
    private uint _feeOn1;

    public UniswapV4Pool(PoolFacts facts, PoolId id, IReadOnlyList<AssetId> assets)
        : base(facts, id, assets, UniswapV4Key.MaxTickSpacing)
    {
        if (!UniswapV4Key.TryRead(facts.Parameters, out UniswapV4Key? key, out string? failure))
            throw new ArgumentException($"pool of {facts.Address}: {failure}");
        _key = key;
        _slots = new UniswapV4Slots(key.Id);
    }

    /// <summary>What the manager calls the pool.</summary>
    public Hash32 KeyHash => _key.Id;

    /// <summary>Nothing of ours unlocks the manager yet.</summary>
    public override bool TakesOrders => false;

    protected override bool HasState => base.HasState && _feesKnown;

    private protected override UInt256 MaxAmount => MaxDelta;

    private protected override uint FeeNow(bool sellsAsset0) => sellsAsset0 ? _feeOn0 : _feeOn1;

    private protected override bool TryStepIn(
        in UInt256 price, in UInt256 target, UInt128 liquidity, in UInt256 remaining, uint feePips, out SwapStep step) =>
        UniswapV4SwapMath.TryStepIn(in price, in target, liquidity, in remaining, feePips, out step);

    private protected override bool TryStepOut(
        in UInt256 price, in UInt256 target, UInt128 liquidity, in UInt256 remaining, uint feePips, out SwapStep step) =>
        UniswapV4SwapMath.TryStepOut(in price, in target, liquidity, in remaining, feePips, out step);

    private protected override ConcentratedPool CopyKind()
    {
        UniswapV4Pool copy = new(Facts, Id, Assets.ToArray()) { _feesKnown = _feesKnown };
        copy.SetFees(_fees);
        return copy;
    }

    protected override void Forget()
    {
        base.Forget();
        SetFees(default);
        _feesKnown = false;
    }

    protected override bool TryApplyState(in MarketEvent e)
    {
        if (e.Kind != MarketEventKind.PoolParameter)
            return base.TryApplyState(in e);
        if (e.PoolValue.Value.BitLength > FeeBits)
            return false;
        uint pips = (uint)(ulong)e.PoolValue.Value;
        UniswapV4Fees fees = e.PoolValue.Index == LpFeeIndex ? _fees with { LpPips = pips } : _fees with { ProtocolPips = pips };
        if (e.PoolValue.Index > ProtocolFeeIndex || !fees.ArePossible)
            return false;
        SetFees(fees);
        _feesKnown |= e.PoolValue.Index == LpFeeIndex; // a change of the protocol's fee alone does not tell the pool's own
        return true;
    }

    private void SetFees(UniswapV4Fees fees)
    {
        _fees = fees;
        _feeOn0 = fees.On(sellsAsset0: true);
        _feeOn1 = fees.On(sellsAsset0: false);
    }

    /// <summary>
    /// The manager's <c>swap</c>, to be made by a contract that has unlocked it and settles what it owes before the lock falls: the recipient is
    /// who that contract pays, and no argument here. No limit but the end of the scale.
    /// </summary>
    protected override bool TryEncode(int sell, int buy, in SwapHop hop, Span<byte> data, out Address target, out int length)
    {
        (target, length) = (Address, 0);
        if (hop.AmountIn > MaxDelta)
            return false;
        bool sellsAsset0 = sell == 0;
        AbiCallWriter writer = new(data, SwapFunction);
        writer.Write(_key.Currency0);
        writer.Write(_key.Currency1);
        writer.Write((UInt256)_key.Fee);
        writer.Write(_key.TickSpacing);
        writer.Write(_key.Hooks);
        writer.Write(sellsAsset0 ? 1 : 0);
        writer.Write(UInt256.WrappingSubtract(UInt256.Zero, hop.AmountIn)); // below zero: an exact input
        writer.Write(LastPrice(sellsAsset0));
        writer.WriteNoBytes(wordsBefore: 8);
        return writer.TryFinish(out length);
    }

    /// <summary>The manager logs for all its pools: the first topic after the event's own is the pool.</summary>
    public override bool TryReadLog(ReadOnlySpan<Hash32> topics, ReadOnlySpan<byte> data, ref MarketEvent e)
    {
        if (topics.Length < 2 || topics[1] != _key.Id)
            return false;
        e.Subject = Id.Value;
        if (topics[0] == SwapEvent.Topic)
            return topics.Length == 3 && data.Length == 6 * AbiWords.WordLength && TryReadPrice(data, firstWord: 2, ref e);
        if (topics[0] == ModifyLiquidityEvent.Topic)
            return topics.Length == 3 && data.Length == 4 * AbiWords.WordLength && TryReadChange(data, ref e);
        if (topics[0] == ProtocolFeeEvent.Topic)
            return topics.Length == 2 && data.Length == AbiWords.WordLength && TryReadProtocolFee(data, ref e);
        return topics[0] == InitializeEvent.Topic && topics.Length == 4 && data.Length == 5 * AbiWords.WordLength
            && TryReadFirstPrice(data, ref e);
    }

    private static bool TryReadPrice(ReadOnlySpan<byte> data, int firstWord, ref MarketEvent e)
    {
        ConcentratedState state = default;
        if (!AbiWords.TryReadUInt(data, firstWord, PriceBits, out state.SqrtPriceX96)
            || !AbiWords.TryReadUInt128(data, firstWord + 1, out state.Liquidity)
            || !AbiWords.TryReadInt24(data, firstWord + 2, out state.Tick))
            return false;
        e.Kind = MarketEventKind.Concentrated;
        e.Concentrated = state;
        return IsPossible(in state);
    }

    /// <summary>Fee, spacing and hooks, then price and tick; liquidity only comes later.</summary>
    private static bool TryReadFirstPrice(ReadOnlySpan<byte> data, ref MarketEvent e)
    {
        ConcentratedState state = default;
        if (!AbiWords.TryReadUInt(data, 3, PriceBits, out state.SqrtPriceX96) || !AbiWords.TryReadInt24(data, 4, out state.Tick))
            return false;
        e.Kind = MarketEventKind.Concentrated;
        e.Concentrated = state;
        return IsPossible(in state);
    }

    private bool TryReadChange(ReadOnlySpan<byte> data, ref MarketEvent e)
    {
        LiquidityChange change = default;
        if (!AbiWords.TryReadInt24(data, 0, out change.TickLower)
            || !AbiWords.TryReadInt24(data, 1, out change.TickUpper)
            || !AbiWords.TryReadInt128(data, 2, out change.Delta))
            return false;
        e.Kind = MarketEventKind.LiquidityChange;
        e.Liquidity = change;
        return IsUsableRange(in change);
    }

    private static bool TryReadProtocolFee(ReadOnlySpan<byte> data, ref MarketEvent e)
    {
        e.Kind = MarketEventKind.PoolParameter;
        e.PoolValue.Index = ProtocolFeeIndex;
        return AbiWords.TryReadUInt(data, 0, FeeBits, out e.PoolValue.Value);
    }

    public override void AppendReconcileCalls(List<PoolCall> calls)
    {
        calls.Add(ReadSlot(Address, _slots.Slot0));
        calls.Add(ReadSlot(Address, _slots.Liquidity));
    }

    public override bool Reconciles(IReadOnlyList<byte[]> results) =>
        results.Count == 2 && TryReadHead(results[0], results[1], out ConcentratedState head) && IsAt(in head)
        && _feesKnown && TryReadFees(results[0], out UniswapV4Fees fees) && fees == _fees;

    internal override PoolCall WordCall(int word) => ReadSlot(Address, _slots.BitmapWord(word));

    internal override PoolCall TickCall(int tick) => ReadSlot(Address, _slots.Tick(tick));

    internal override bool TryReadTick(ReadOnlySpan<byte> result, out UInt128 gross, out Int128 net)
    {
        (gross, net) = (default, default);
        if (!AbiWords.TryReadUInt(result, 0, 256, out UInt256 word))
            return false;
        gross = new UInt128(word.Limb1, word.Limb0);
        net = (Int128)new UInt128(word.Limb3, word.Limb2);
        return true;
    }

    internal override bool TryReadHead(ReadOnlySpan<byte> slot0, ReadOnlySpan<byte> liquidity, out ConcentratedState head)
    {
        head = default;
        if (!AbiWords.TryReadUInt(slot0, 0, 256, out UInt256 word) || !AbiWords.TryReadUInt128(liquidity, 0, out head.Liquidity))
            return false;
        head.SqrtPriceX96 = word & (UInt256.MaxValue >> (256 - PriceBits));
        head.Tick = (int)((uint)(word >> TickShift).Limb0 << 8) >> 8; // 24 bits with their sign
        return IsPossible(in head);
    }

    internal override bool TryAppendParameters(ReadOnlySpan<byte> slot0, List<MarketEvent> events)
    {
        if (!TryReadFees(slot0, out UniswapV4Fees fees))
            return false;
        events.Add(Parameter(LpFeeIndex, fees.LpPips));
        events.Add(Parameter(ProtocolFeeIndex, fees.ProtocolPips));
        return true;
    }

    private MarketEvent Parameter(byte index, uint value) => new()
    {
        Kind = MarketEventKind.PoolParameter,
        Subject = Id.Value,
        PoolValue = new PoolValue { Index = index, Value = value },
    };

    internal static bool TryReadFees(ReadOnlySpan<byte> slot0, out UniswapV4Fees fees)
    {
        bool read = AbiWords.TryReadUInt(slot0, 0, 256, out UInt256 word);
        uint mask = (1u << FeeBits) - 1;
        fees = new UniswapV4Fees((uint)(word >> LpFeeShift).Limb0 & mask, (uint)(word >> ProtocolFeeShift).Limb0 & mask);
        return read && fees.ArePossible;
    }

    internal static PoolCall ReadSlot(Address manager, UInt256 slot)
    {
        byte[] data = new byte[4 + AbiWords.WordLength];
        AbiCallWriter writer = new(data, ReadSlotFunction);
        writer.Write(slot);
        writer.TryFinish(out _);
        return new PoolCall(manager, data);
    }
}
