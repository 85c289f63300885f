using System.Buffers.Binary;
using FastRebalance.Core.Assets;
using FastRebalance.Core.Hashing;
using FastRebalance.Ethereum.Encoding;

namespace FastRebalance.Execution.Mempool.Decoding;

/// <summary>
/// Actions of V4's routers and position manager (v4-periphery 1.0.3, <c>Actions.sol</c>, <c>IV4Router.sol</c>), and what its manager lets its owner do.
/// </summary>
internal static class UniswapV4Calls
{
    private const int MaxActions = 32;
    private const int KeyWords = 5;
    private const int KeyBytes = KeyWords * AbiWord.Length;

    private static readonly SelectorTable<Call> s_positions = new(
        ("modifyLiquidities(bytes,uint256)", Call.Modify),
        ("modifyLiquiditiesWithoutUnlock(bytes,bytes[])", Call.Ignored),
        ("multicall(bytes[])", Call.Multicall));

    private static readonly SelectorTable<Call> s_manager = new(
        ("setProtocolFee((address,address,uint24,int24,address),uint24)", Call.Fee),
        ("setProtocolFeeController(address)", Call.Rule),
        ("transferOwnership(address)", Call.Rule),
        ("initialize((address,address,uint24,int24,address),uint160)", Call.Ignored),
        ("unlock(bytes)", Call.Ignored));

    private enum Call : byte
    {
        None = 0,
        Modify,
        Multicall,
        Fee,
        Rule,
        Ignored,
    }

    private enum Action : byte
    {
        IncreaseLiquidity = 0x00,
        DecreaseLiquidity = 0x01,
        MintPosition = 0x02,
        BurnPosition = 0x03,
        SwapExactInSingle = 0x06,
        SwapExactIn = 0x07,
        SwapExactOutSingle = 0x08,
        SwapExactOut = 0x09,
    }

    public static bool TryReadManager(ref EffectWriter writer, ReadOnlySpan<byte> input)
    {
        if (!s_manager.TryFind(input, out Call call))
            return writer.Fail(DecodeVerdict.UnknownSelector);
        Arguments args = new(input[4..]);
        return call switch
        {
            Call.Fee => args.Has(KeyWords + 1) && Fee(ref writer, args),
            Call.Rule => writer.Add(new PendingEffect { Kind = EffectKind.Upgrade, Role = WatchedRole.V4Manager }),
            _ => true,
        } || writer.Malformed();
    }

    public static bool TryReadPositions(ref EffectWriter writer, ReadOnlySpan<byte> input)
    {
        if (!s_positions.TryFind(input, out Call call))
            return writer.Fail(DecodeVerdict.UnknownSelector);
        if (call == Call.Ignored)
            return true;
        Arguments args = new(input[4..]);
        if (call == Call.Modify)
        {
            RouterHolding holding = default;
            if (!args.Has(2) || !args.TryBytes(0, out ReadOnlySpan<byte> plan))
                return writer.Malformed();
            writer.Limit(args.Number(1));
            return TryReadActions(ref writer, new Arguments(plan), ref holding);
        }
        if (!args.TryArray(0, 1, out int count, out Arguments calls))
            return writer.Malformed();
        writer.Depth++;
        for (int i = 0; i < count; i++)
        {
            if (!calls.TryBytes(i, out ReadOnlySpan<byte> inner))
                return writer.Malformed();
            if (!writer.TryEnter() || !TryReadPositions(ref writer, inner))
                return false;
        }
        writer.Depth--;
        return true;
    }

    /// <summary>(bytes actions, bytes[] params), as the unlocked router runs them.</summary>
    public static bool TryReadActions(ref EffectWriter writer, Arguments args, ref RouterHolding holding)
    {
        if (!writer.TryEnter())
            return false;
        if (!args.TryBytes(0, out ReadOnlySpan<byte> actions) || !args.TryArray(1, 1, out int count, out Arguments inputs) || count != actions.Length)
            return writer.Malformed();
        if (count > MaxActions)
            return writer.Fail(DecodeVerdict.TooDeep);
        for (int i = 0; i < count; i++)
        {
            if (!inputs.TryBytes(i, out ReadOnlySpan<byte> input))
                return writer.Malformed();
            Arguments one = new(input);
            bool isRead = (Action)actions[i] switch
            {
                Action.SwapExactInSingle => Single(ref writer, one, isOut: false, ref holding),
                Action.SwapExactOutSingle => Single(ref writer, one, isOut: true, ref holding),
                Action.SwapExactIn => Path(ref writer, one, isOut: false, ref holding),
                Action.SwapExactOut => Path(ref writer, one, isOut: true, ref holding),
                Action.MintPosition => one.Has(KeyWords + 3) && Mint(ref writer, one),
                Action.IncreaseLiquidity => one.Has(2) && Position(ref writer, one, EffectKind.AddLiquidity),
                Action.DecreaseLiquidity or Action.BurnPosition => one.Has(2) && Position(ref writer, one, EffectKind.RemoveLiquidity),
                _ => true, // settling, taking and wrapping move no pool
            };
            if (!isRead)
                return writer.Malformed();
        }
        return true;
    }

    /// <summary>(key, zeroForOne, amount, limit, hookData).</summary>
    private static bool Single(ref EffectWriter writer, Arguments args, bool isOut, ref RouterHolding holding)
    {
        if (!args.TryTuple(0, KeyWords + 4, out Arguments swap))
            return writer.Malformed();
        AssetId asset0 = writer.Market.AssetOfCurrency(swap.Address(0)), asset1 = writer.Market.AssetOfCurrency(swap.Address(1));
        (AssetId sell, AssetId buy) = swap.IsSet(KeyWords) ? (asset0, asset1) : (asset1, asset0);
        PathWriter hops = default;
        hops.TryAdd(PoolOf(ref writer, sell, buy, KeyOf(swap, 0)), sell, buy);
        (UInt256 amount, EffectFlags flags) = AmountOf(swap.Number(KeyWords + 1), isOut, sell, in holding);
        holding = RouterHolding.OfSwap(buy);
        return hops.Write(ref writer, in amount, swap.Number(KeyWords + 2), flags);
    }

    /// <summary>
    /// (currency, (currency, fee, spacing, hooks, hookData)[] path, amount, limit), from the input on or from the output back. Newer routers take
    /// bounds for each hop before the amount: the place where the path begins tells how many words there are.
    /// </summary>
    private static bool Path(ref EffectWriter writer, Arguments args, bool isOut, ref RouterHolding holding)
    {
        if (!args.TryTuple(0, 4, out Arguments swap) || !swap.TryArray(1, 1, out int count, out Arguments keys)
            || count is < 1 or > PathWriter.MaxHops)
            return writer.Malformed();
        int amountWord = swap.Number(1) == (UInt256)(5UL * AbiWord.Length) && swap.Has(5) ? 3 : 2;
        PathWriter hops = default;
        for (int i = 0; i < count; i++)
        {
            // Each key names the currency beyond it: of an exact input the next one, of an exact output the one before.
            if (!keys.TryTuple(i, 5, out Arguments key))
                return writer.Malformed();
            Address near = swap.Address(0), far = key.Address(0);
            if (i > 0 && !isOut)
            {
                if (!keys.TryTuple(i - 1, 5, out Arguments before))
                    return writer.Malformed();
                near = before.Address(0);
            }
            else if (isOut && i < count - 1)
            {
                if (!keys.TryTuple(i + 1, 5, out Arguments after))
                    return writer.Malformed();
                near = after.Address(0);
            }
            (Address sold, Address bought) = isOut ? (far, near) : (near, far);
            AssetId sell = writer.Market.AssetOfCurrency(in sold), buy = writer.Market.AssetOfCurrency(in bought);
            Key whole = new(sold, bought, key.Low32(1), key.Tick(2), key.Address(3));
            if (!hops.TryAdd(PoolOf(ref writer, sell, buy, whole), sell, buy))
                return writer.Malformed();
        }
        AssetId ends = writer.Market.AssetOfCurrency(swap.Address(0));
        (UInt256 amount, EffectFlags flags) = AmountOf(swap.Number(amountWord), isOut, ends, in holding);
        if (!keys.TryTuple(count - 1, 5, out Arguments last))
            return writer.Malformed();
        holding = RouterHolding.OfSwap(isOut ? ends : writer.Market.AssetOfCurrency(last.Address(0)));
        return hops.Write(ref writer, in amount, swap.Number(amountWord + 1), flags);
    }

    // Nothing as the input stands for what the manager owes the router by then.
    private static (UInt256 Amount, EffectFlags Flags) AmountOf(in UInt256 amount, bool isOut, AssetId sell, in RouterHolding holding) =>
        isOut ? (amount, EffectFlags.ExactOut) : amount.IsZero ? holding.AllOf(sell) : (amount, EffectFlags.None);

    private static bool Mint(ref EffectWriter writer, Arguments args)
    {
        AssetId asset0 = writer.Market.AssetOfCurrency(args.Address(0)), asset1 = writer.Market.AssetOfCurrency(args.Address(1));
        PoolId pool = PoolOf(ref writer, asset0, asset1, KeyOf(args, 0));
        UInt256 liquidity = args.Number(KeyWords + 2);
        return pool.IsNone || !liquidity.FitsUInt128 || liquidity.Limb1 >> 63 != 0 || writer.Add(new PendingEffect
        {
            Kind = EffectKind.AddLiquidity,
            Role = WatchedRole.Pool,
            Pool = pool,
            Sell = asset0,
            Buy = asset1,
            TickLower = args.Tick(KeyWords),
            TickUpper = args.Tick(KeyWords + 1),
            Liquidity = (Int128)(UInt128)liquidity,
        });
    }

    private static bool Position(ref EffectWriter writer, Arguments args, EffectKind kind)
    {
        UInt256 token = args.Number(0);
        return !token.FitsUInt64 || writer.Add(new PendingEffect
        {
            Kind = kind,
            Role = WatchedRole.V4Positions,
            Position = token.Limb0,
            Flags = EffectFlags.AmountUnknown,
        });
    }

    private static bool Fee(ref EffectWriter writer, Arguments args)
    {
        AssetId asset0 = writer.Market.AssetOfCurrency(args.Address(0)), asset1 = writer.Market.AssetOfCurrency(args.Address(1));
        PoolId pool = PoolOf(ref writer, asset0, asset1, KeyOf(args, 0));
        return pool.IsNone
            || writer.Add(new PendingEffect { Kind = EffectKind.FeeChange, Role = WatchedRole.Pool, Pool = pool, Sell = asset0, Buy = asset1 });
    }

    private static Key KeyOf(Arguments args, int word) => new(
        args.Address(word), args.Address(word + 1), args.Low32(word + 2) & 0xffffff, args.Tick(word + 3), args.Address(word + 4));

    /// <summary>The pool of ours by its key; both assets ours is asked first, since the hash is the dearest step.</summary>
    private static PoolId PoolOf(ref EffectWriter writer, AssetId a, AssetId b, Key key)
    {
        if (a.IsNone || b.IsNone)
            return PoolId.None;
        Span<byte> words = stackalloc byte[KeyBytes];
        words.Clear();
        bool isInOrder = key.A.Span.SequenceCompareTo(key.B.Span) < 0;
        (isInOrder ? key.A : key.B).Span.CopyTo(words[12..]);
        (isInOrder ? key.B : key.A).Span.CopyTo(words[(AbiWord.Length + 12)..]);
        BinaryPrimitives.WriteUInt32BigEndian(words[(3 * AbiWord.Length - sizeof(uint))..], key.Fee);
        if (key.Spacing < 0)
            words[(3 * AbiWord.Length)..(4 * AbiWord.Length)].Fill(0xff);
        BinaryPrimitives.WriteInt32BigEndian(words[(4 * AbiWord.Length - sizeof(int))..], key.Spacing);
        key.Hooks.Span.CopyTo(words[(4 * AbiWord.Length + 12)..]);
        return writer.Market.KeyedOf(Keccak256.Hash(words));
    }

    private readonly record struct Key(Address A, Address B, uint Fee, int Spacing, Address Hooks);
}
