using System.Buffers.Binary;
using FastRebalance.Core.Assets;

namespace FastRebalance.Execution.Mempool.Decoding;

/// <summary>
/// Calls of SwapRouter and NonfungiblePositionManager (v3-periphery), SwapRouter02 (swap-router-contracts) and of a pool itself (v3-core).
/// </summary>
internal static class UniswapV3Calls
{
    private const int PathStep = Address.Length + 3;

    private static readonly SelectorTable<Call> s_router = new(
        ("exactInputSingle((address,address,uint24,address,uint256,uint256,uint256,uint160))", Call.InSingle),
        ("exactInputSingle((address,address,uint24,address,uint256,uint256,uint160))", Call.InSingle02),
        ("exactOutputSingle((address,address,uint24,address,uint256,uint256,uint256,uint160))", Call.OutSingle),
        ("exactOutputSingle((address,address,uint24,address,uint256,uint256,uint160))", Call.OutSingle02),
        ("exactInput((bytes,address,uint256,uint256,uint256))", Call.In),
        ("exactInput((bytes,address,uint256,uint256))", Call.In02),
        ("exactOutput((bytes,address,uint256,uint256,uint256))", Call.Out),
        ("exactOutput((bytes,address,uint256,uint256))", Call.Out02),
        ("multicall(bytes[])", Call.Multicall),
        ("multicall(uint256,bytes[])", Call.MulticallUntil),
        ("multicall(bytes32,bytes[])", Call.MulticallAfter),
        ("swapExactTokensForTokens(uint256,uint256,address[],address)", Call.PairsIn),
        ("swapTokensForExactTokens(uint256,uint256,address[],address)", Call.PairsOut),
        ("unwrapWETH9(uint256,address)", Call.Ignored),
        ("unwrapWETH9(uint256)", Call.Ignored),
        ("refundETH()", Call.Ignored),
        ("sweepToken(address,uint256,address)", Call.Ignored),
        ("sweepToken(address,uint256)", Call.Ignored),
        ("wrapETH(uint256)", Call.Ignored),
        ("pull(address,uint256)", Call.Ignored),
        ("selfPermit(address,uint256,uint256,uint8,bytes32,bytes32)", Call.Ignored),
        ("selfPermitIfNecessary(address,uint256,uint256,uint8,bytes32,bytes32)", Call.Ignored),
        ("selfPermitAllowed(address,uint256,uint256,uint8,bytes32,bytes32)", Call.Ignored),
        ("approveMax(address)", Call.Ignored),
        ("approveMaxMinusOne(address)", Call.Ignored));

    private static readonly SelectorTable<Call> s_positions = new(
        ("mint((address,address,uint24,int24,int24,uint256,uint256,uint256,uint256,address,uint256))", Call.Mint),
        ("increaseLiquidity((uint256,uint256,uint256,uint256,uint256,uint256))", Call.Increase),
        ("decreaseLiquidity((uint256,uint128,uint256,uint256,uint256))", Call.Decrease),
        ("burn(uint256)", Call.Ignored),
        ("collect((uint256,address,uint128,uint128))", Call.Ignored),
        ("multicall(bytes[])", Call.Multicall),
        ("createAndInitializePoolIfNecessary(address,address,uint24,uint160)", Call.Ignored),
        ("unwrapWETH9(uint256,address)", Call.Ignored),
        ("refundETH()", Call.Ignored),
        ("sweepToken(address,uint256,address)", Call.Ignored),
        ("approve(address,uint256)", Call.Ignored),
        ("setApprovalForAll(address,bool)", Call.Ignored));

    private static readonly SelectorTable<Call> s_pool = new(
        ("swap(address,bool,int256,uint160,bytes)", Call.PoolSwap),
        ("mint(address,int24,int24,uint128,bytes)", Call.PoolMint),
        ("burn(int24,int24,uint128)", Call.PoolBurn),
        ("collect(address,int24,int24,uint128,uint128)", Call.Ignored),
        ("flash(address,uint256,uint256,bytes)", Call.Ignored),
        ("increaseObservationCardinalityNext(uint16)", Call.Ignored),
        ("setFeeProtocol(uint8,uint8)", Call.PoolFee),
        ("collectProtocol(address,uint128,uint128)", Call.Ignored));

    private enum Call : byte
    {
        None = 0,
        InSingle,
        InSingle02,
        OutSingle,
        OutSingle02,
        In,
        In02,
        Out,
        Out02,
        Multicall,
        MulticallUntil,
        MulticallAfter,
        PairsIn,
        PairsOut,
        Mint,
        Increase,
        Decrease,
        PoolSwap,
        PoolMint,
        PoolBurn,
        PoolFee,
        Ignored,
    }

    public static bool TryReadRouter(ref EffectWriter writer, ReadOnlySpan<byte> input)
    {
        if (!s_router.TryFind(input, out Call call))
            return writer.Fail(DecodeVerdict.UnknownSelector);
        if (call == Call.Ignored)
            return true;
        Arguments args = new(input[4..]);
        return call switch
        {
            Call.InSingle or Call.OutSingle => args.Has(8) && Single(ref writer, args, call == Call.OutSingle, deadlineWord: 4),
            Call.InSingle02 or Call.OutSingle02 => args.Has(7) && Single(ref writer, args, call == Call.OutSingle02, deadlineWord: -1),
            Call.In or Call.Out => Path(ref writer, args, call == Call.Out, deadlineWord: 2, words: 5),
            Call.In02 or Call.Out02 => Path(ref writer, args, call == Call.Out02, deadlineWord: -1, words: 4),
            Call.PairsIn => args.Has(4) && PairsIn(ref writer, args),
            Call.PairsOut => args.Has(4) && UniswapV2Calls.Swap(ref writer, args, 2, args.Number(0), args.Number(1), EffectFlags.ExactOut | EffectFlags.OutByInput),
            Call.Multicall => Each(ref writer, args, 0, isRouter: true),
            Call.MulticallUntil => args.Has(2) && EachUntil(ref writer, args),
            Call.MulticallAfter => Each(ref writer, args, 1, isRouter: true),
            _ => writer.Fail(DecodeVerdict.UnknownSelector),
        } || writer.Malformed();
    }

    public static bool TryReadPositions(ref EffectWriter writer, ReadOnlySpan<byte> input)
    {
        if (!s_positions.TryFind(input, out Call call))
            return writer.Fail(DecodeVerdict.UnknownSelector);
        if (call == Call.Ignored)
            return true;
        Arguments args = new(input[4..]);
        return call switch
        {
            Call.Mint => args.Has(11) && Mint(ref writer, args),
            Call.Increase => args.Has(6) && Position(ref writer, args, EffectKind.AddLiquidity),
            Call.Decrease => args.Has(5) && Position(ref writer, args, EffectKind.RemoveLiquidity),
            Call.Multicall => Each(ref writer, args, 0, isRouter: false),
            _ => writer.Fail(DecodeVerdict.UnknownSelector),
        } || writer.Malformed();
    }

    /// <summary>A call of the pool itself, which only a contract with its callback can make; a burn anybody can.</summary>
    public static bool TryReadPool(ref EffectWriter writer, PoolId pool, AssetId asset0, AssetId asset1, ReadOnlySpan<byte> input)
    {
        if (!s_pool.TryFind(input, out Call call))
            return writer.Fail(DecodeVerdict.UnknownSelector);
        if (call == Call.Ignored)
            return true;
        Arguments args = new(input[4..]);
        PendingEffect effect = new() { Role = WatchedRole.Pool, Pool = pool, Sell = asset0, Buy = asset1 };
        switch (call)
        {
            case Call.PoolSwap when args.Has(5):
                if (!args.IsSet(1))
                    (effect.Sell, effect.Buy) = (asset1, asset0);
                UInt256 amount = args.Number(2);
                bool isOut = amount.Limb3 >> 63 != 0;
                effect.Kind = EffectKind.Swap;
                effect.Amount = isOut ? UInt256.WrappingSubtract(UInt256.Zero, amount) : amount;
                effect.PriceLimitX96 = args.Number(3);
                effect.Flags = EffectFlags.EndsPath | EffectFlags.Partial | (isOut ? EffectFlags.ExactOut : EffectFlags.None);
                break;
            case Call.PoolMint when args.Has(5) && TryLiquidity(args, 3, out effect.Liquidity):
                (effect.Kind, effect.TickLower, effect.TickUpper) = (EffectKind.AddLiquidity, args.Tick(1), args.Tick(2));
                break;
            case Call.PoolBurn when args.Has(3) && TryLiquidity(args, 2, out Int128 burned):
                if (burned == 0)
                    return true;
                (effect.Kind, effect.TickLower, effect.TickUpper, effect.Liquidity) =
                    (EffectKind.RemoveLiquidity, args.Tick(0), args.Tick(1), -burned);
                break;
            case Call.PoolFee:
                effect.Kind = EffectKind.FeeChange;
                break;
            default:
                return writer.Malformed();
        }
        return writer.Add(in effect);
    }

    /// <summary>One pool by tokens and fee, in words 0 to 2; amount, limit and price limit are the last three.</summary>
    private static bool Single(ref EffectWriter writer, Arguments args, bool isOut, int deadlineWord)
    {
        int at = deadlineWord < 0 ? 4 : 5;
        if (deadlineWord >= 0)
            writer.Limit(args.Number(deadlineWord));
        PathWriter hops = default;
        Hop(ref writer, ref hops, args.Address(0), args.Address(1), args.Low32(2));
        UInt256 priceLimit = args.Number(at + 2);
        EffectFlags flags = (isOut ? EffectFlags.ExactOut : EffectFlags.None) | (priceLimit.IsZero ? EffectFlags.None : EffectFlags.Partial);
        return hops.Write(ref writer, args.Number(at), args.Number(at + 1), AllOfRouter(args.Number(at), isOut, flags), in priceLimit);
    }

    private static bool Path(ref EffectWriter writer, Arguments args, bool isOut, int deadlineWord, int words)
    {
        if (!args.TryTuple(0, words, out Arguments tuple) || !tuple.TryBytes(0, out ReadOnlySpan<byte> path))
            return writer.Malformed();
        if (deadlineWord >= 0)
            writer.Limit(tuple.Number(deadlineWord));
        UInt256 amount = tuple.Number(words - 2);
        EffectFlags flags = AllOfRouter(in amount, isOut, isOut ? EffectFlags.ExactOut : EffectFlags.None);
        return WritePath(ref writer, path, in amount, tuple.Number(words - 1), flags);
    }

    // SwapRouter02: an input of nothing stands for all that the router holds, which a call before brought there.
    private static EffectFlags AllOfRouter(in UInt256 amount, bool isOut, EffectFlags flags) =>
        !isOut && amount.IsZero ? flags | EffectFlags.Chained : flags;

    /// <summary>Tokens of 20 bytes with a fee of 3 between; the path of an exact output begins with what comes out.</summary>
    public static bool WritePath(ref EffectWriter writer, ReadOnlySpan<byte> path, in UInt256 amount, in UInt256 limit, EffectFlags flags)
    {
        int hopCount = (path.Length - Address.Length) / PathStep;
        if (hopCount is < 1 or > PathWriter.MaxHops || path.Length != Address.Length + hopCount * PathStep)
            return writer.Malformed();
        bool isOut = (flags & EffectFlags.ExactOut) != 0;
        PathWriter hops = default;
        for (int i = 0; i < hopCount; i++)
        {
            ReadOnlySpan<byte> hop = path.Slice((isOut ? hopCount - 1 - i : i) * PathStep, PathStep + Address.Length);
            Address first = new(hop[..Address.Length]), second = new(hop[PathStep..]);
            uint fee = BinaryPrimitives.ReadUInt32BigEndian(hop[(Address.Length - 1)..]) & 0xffffff;
            if (!Hop(ref writer, ref hops, isOut ? second : first, isOut ? first : second, fee))
                return writer.Malformed();
        }
        return hops.Write(ref writer, in amount, in limit, flags);
    }

    private static bool Hop(ref EffectWriter writer, ref PathWriter hops, Address sold, Address bought, uint fee)
    {
        AssetId sell = writer.Market.AssetOf(in sold), buy = writer.Market.AssetOf(in bought);
        return hops.TryAdd(sell.IsNone || buy.IsNone ? PoolId.None : writer.Market.ConcentratedOf(sell, buy, fee), sell, buy);
    }

    private static bool PairsIn(ref EffectWriter writer, Arguments args)
    {
        UInt256 amount = args.Number(0);
        return UniswapV2Calls.Swap(ref writer, args, 2, in amount, args.Number(1), AllOfRouter(in amount, false, EffectFlags.None));
    }

    private static bool EachUntil(ref EffectWriter writer, Arguments args)
    {
        writer.Limit(args.Number(0));
        return Each(ref writer, args, 1, isRouter: true);
    }

    private static bool Each(ref EffectWriter writer, Arguments args, int arrayWord, bool isRouter)
    {
        if (!args.TryArray(arrayWord, 1, out int count, out Arguments calls))
            return writer.Malformed();
        writer.Depth++;
        for (int i = 0; i < count; i++)
        {
            if (!calls.TryBytes(i, out ReadOnlySpan<byte> call))
                return writer.Malformed();
            if (!writer.TryEnter())
                return false;
            if (isRouter ? !TryReadRouter(ref writer, call) : !TryReadPositions(ref writer, call))
                return false;
        }
        writer.Depth--;
        return true;
    }

    private static bool Mint(ref EffectWriter writer, Arguments args)
    {
        writer.Limit(args.Number(10));
        AssetId asset0 = writer.Market.AssetOf(args.Address(0)), asset1 = writer.Market.AssetOf(args.Address(1));
        PoolId pool = asset0.IsNone || asset1.IsNone ? PoolId.None : writer.Market.ConcentratedOf(asset0, asset1, args.Low32(2));
        return pool.IsNone || writer.Add(new PendingEffect
        {
            Kind = EffectKind.AddLiquidity,
            Role = WatchedRole.Pool,
            Pool = pool,
            Sell = asset0,
            Buy = asset1,
            TickLower = args.Tick(3),
            TickUpper = args.Tick(4),
            Amount = args.Number(5),
            Amount1 = args.Number(6),
            Flags = EffectFlags.ByAmounts,
        });
    }

    /// <summary>The manager knows positions by number alone: their pool must be known from elsewhere.</summary>
    private static bool Position(ref EffectWriter writer, Arguments args, EffectKind kind)
    {
        UInt256 token = args.Number(0);
        if (!token.FitsUInt64)
            return true;
        PendingEffect effect = new() { Kind = kind, Role = WatchedRole.V3Positions, Position = token.Limb0 };
        if (kind == EffectKind.AddLiquidity)
            (effect.Amount, effect.Amount1, effect.Flags) = (args.Number(1), args.Number(2), EffectFlags.ByAmounts);
        else if (TryLiquidity(args, 1, out Int128 removed))
            effect.Liquidity = -removed;
        else
            return writer.Malformed();
        writer.Limit(args.Number(kind == EffectKind.AddLiquidity ? 5 : 4));
        return writer.Add(in effect);
    }

    private static bool TryLiquidity(Arguments args, int word, out Int128 liquidity)
    {
        UInt256 value = args.Number(word);
        bool fits = value.FitsUInt128 && value.Limb1 >> 63 == 0;
        liquidity = fits ? (Int128)(UInt128)value : 0;
        return fits;
    }
}
