using FastRebalance.Core.Assets;

namespace FastRebalance.Execution.Mempool.Decoding;

/// <summary>Calls of UniswapV2Router02 (v2-periphery), and of a pair itself (v2-core).</summary>
internal static class UniswapV2Calls
{
    private static readonly SelectorTable<Call> s_router = new(
        ("swapExactTokensForTokens(uint256,uint256,address[],address,uint256)", Call.TokensIn),
        ("swapExactTokensForETH(uint256,uint256,address[],address,uint256)", Call.TokensIn),
        ("swapExactTokensForTokensSupportingFeeOnTransferTokens(uint256,uint256,address[],address,uint256)", Call.TokensIn),
        ("swapExactTokensForETHSupportingFeeOnTransferTokens(uint256,uint256,address[],address,uint256)", Call.TokensIn),
        ("swapTokensForExactTokens(uint256,uint256,address[],address,uint256)", Call.TokensOut),
        ("swapTokensForExactETH(uint256,uint256,address[],address,uint256)", Call.TokensOut),
        ("swapExactETHForTokens(uint256,address[],address,uint256)", Call.CoinIn),
        ("swapExactETHForTokensSupportingFeeOnTransferTokens(uint256,address[],address,uint256)", Call.CoinIn),
        ("swapETHForExactTokens(uint256,address[],address,uint256)", Call.CoinForOut),
        ("addLiquidity(address,address,uint256,uint256,uint256,uint256,address,uint256)", Call.Add),
        ("addLiquidityETH(address,uint256,uint256,uint256,address,uint256)", Call.AddCoin),
        ("removeLiquidity(address,address,uint256,uint256,uint256,address,uint256)", Call.Remove),
        ("removeLiquidityWithPermit(address,address,uint256,uint256,uint256,address,uint256,bool,uint8,bytes32,bytes32)", Call.Remove),
        ("removeLiquidityETH(address,uint256,uint256,uint256,address,uint256)", Call.RemoveCoin),
        ("removeLiquidityETHWithPermit(address,uint256,uint256,uint256,address,uint256,bool,uint8,bytes32,bytes32)", Call.RemoveCoin),
        ("removeLiquidityETHSupportingFeeOnTransferTokens(address,uint256,uint256,uint256,address,uint256)", Call.RemoveCoin),
        ("removeLiquidityETHWithPermitSupportingFeeOnTransferTokens(address,uint256,uint256,uint256,address,uint256,bool,uint8,bytes32,bytes32)", Call.RemoveCoin));

    private static readonly SelectorTable<Call> s_pair = new(
        ("swap(uint256,uint256,address,bytes)", Call.PairSwap),
        ("mint(address)", Call.PairMint),
        ("burn(address)", Call.PairBurn),
        ("sync()", Call.PairMint),
        ("skim(address)", Call.Ignored),
        ("approve(address,uint256)", Call.Ignored),
        ("transfer(address,uint256)", Call.Ignored));

    private enum Call : byte
    {
        None = 0,
        TokensIn,
        TokensOut,
        CoinIn,
        CoinForOut,
        Add,
        AddCoin,
        Remove,
        RemoveCoin,
        PairSwap,
        PairMint,
        PairBurn,
        Ignored,
    }

    public static bool TryReadRouter(ref EffectWriter writer, in UInt256 value, ReadOnlySpan<byte> input)
    {
        if (!s_router.TryFind(input, out Call call))
            return writer.Fail(DecodeVerdict.UnknownSelector);
        Arguments args = new(input[4..]);
        return call switch
        {
            Call.TokensIn => args.Has(5) && Swap(ref writer, args, 2, args.Number(0), args.Number(1), EffectFlags.None, deadlineWord: 4),
            Call.TokensOut => args.Has(5) && Swap(ref writer, args, 2, args.Number(0), args.Number(1), EffectFlags.ExactOut, deadlineWord: 4),
            Call.CoinIn => args.Has(4) && Swap(ref writer, args, 1, in value, args.Number(0), EffectFlags.None, deadlineWord: 3),
            Call.CoinForOut => args.Has(4) && Swap(ref writer, args, 1, args.Number(0), in value, EffectFlags.ExactOut, deadlineWord: 3),
            Call.Add => args.Has(8) && Add(ref writer, args.Address(0), args.Address(1), args.Number(2), args.Number(3), args.Number(7)),
            Call.AddCoin => args.Has(6) && AddCoin(ref writer, args.Address(0), args.Number(1), in value, args.Number(5)),
            Call.Remove => args.Has(7) && Remove(ref writer, writer.Market.AssetOf(args.Address(0)), writer.Market.AssetOf(args.Address(1))),
            Call.RemoveCoin => args.Has(6) && Remove(ref writer, writer.Market.AssetOf(args.Address(0)), writer.Market.WrappedNative),
            _ => writer.Fail(DecodeVerdict.UnknownSelector),
        } || writer.Malformed();
    }

    /// <summary>A call of the pair itself: what went in before it only the state at that moment tells, so the input is the least that pays.</summary>
    public static bool TryReadPair(ref EffectWriter writer, PoolId pool, AssetId asset0, AssetId asset1, ReadOnlySpan<byte> input)
    {
        if (!s_pair.TryFind(input, out Call call))
            return writer.Fail(DecodeVerdict.UnknownSelector);
        if (call == Call.Ignored)
            return true;
        Arguments args = new(input[4..]);
        PendingEffect effect = new() { Role = WatchedRole.Pool, Pool = pool, Sell = asset0, Buy = asset1, Flags = EffectFlags.AmountUnknown };
        switch (call)
        {
            case Call.PairSwap when args.Has(4):
                bool sells0 = args.Number(0).IsZero;
                (effect.Sell, effect.Buy) = sells0 ? (asset0, asset1) : (asset1, asset0);
                effect.Kind = EffectKind.Swap;
                effect.Amount = args.Number(sells0 ? 1 : 0);
                effect.Flags = EffectFlags.ExactOut | EffectFlags.EndsPath;

                // Both sides paid out is a loan: what comes back is not in the call.
                if (args.IsSet(0) && args.IsSet(1) || !sells0 && !args.IsSet(0))
                    effect.Flags |= EffectFlags.AmountUnknown;
                break;
            case Call.PairMint:
                effect.Kind = EffectKind.AddLiquidity;
                break;
            case Call.PairBurn:
                effect.Kind = EffectKind.RemoveLiquidity;
                break;
            default:
                return writer.Malformed();
        }
        return writer.Add(in effect);
    }

    /// <summary>A path of pairs from its first token to its last.</summary>
    public static bool Swap(
        ref EffectWriter writer, Arguments args, int pathWord, in UInt256 amount, in UInt256 limit, EffectFlags flags, int deadlineWord = -1)
    {
        if (!args.TryArray(pathWord, 1, out int count, out Arguments path) || count is < 2 or > PathWriter.MaxHops + 1)
            return writer.Malformed();
        if (deadlineWord >= 0)
            writer.Limit(args.Number(deadlineWord));
        PathWriter hops = default;
        AssetId sell = writer.Market.AssetOf(path.Address(0));
        for (int i = 1; i < count; i++)
        {
            AssetId buy = writer.Market.AssetOf(path.Address(i));
            PoolId pool = sell.IsNone || buy.IsNone ? PoolId.None : writer.Market.PairOf(writer.Family, sell, buy);
            if (!hops.TryAdd(pool, sell, buy))
                return writer.Malformed();
            sell = buy;
        }
        return hops.Write(ref writer, in amount, in limit, flags);
    }

    private static bool AddCoin(ref EffectWriter writer, Address token, in UInt256 amount, in UInt256 value, in UInt256 deadline)
    {
        AssetId asset = writer.Market.AssetOf(in token);
        return AddPair(ref writer, asset, writer.Market.WrappedNative, in amount, in value, in deadline);
    }

    private static bool Add(ref EffectWriter writer, Address a, Address b, in UInt256 amountA, in UInt256 amountB, in UInt256 deadline) =>
        AddPair(ref writer, writer.Market.AssetOf(in a), writer.Market.AssetOf(in b), in amountA, in amountB, in deadline);

    private static bool AddPair(ref EffectWriter writer, AssetId a, AssetId b, in UInt256 amountA, in UInt256 amountB, in UInt256 deadline)
    {
        writer.Limit(in deadline);
        PoolId pool = a.IsNone || b.IsNone ? PoolId.None : writer.Market.PairOf(writer.Family, a, b);
        return pool.IsNone || writer.Add(new PendingEffect
        {
            Kind = EffectKind.AddLiquidity,
            Role = WatchedRole.Pool,
            Pool = pool,
            Sell = a,
            Buy = b,
            Amount = amountA,
            Amount1 = amountB,
            Flags = EffectFlags.ByAmounts,
        });
    }

    private static bool Remove(ref EffectWriter writer, AssetId a, AssetId b)
    {
        PoolId pool = a.IsNone || b.IsNone ? PoolId.None : writer.Market.PairOf(writer.Family, a, b);
        return pool.IsNone || writer.Add(new PendingEffect
        {
            Kind = EffectKind.RemoveLiquidity,
            Role = WatchedRole.Pool,
            Pool = pool,
            Sell = a,
            Buy = b,
            Flags = EffectFlags.AmountUnknown,
        });
    }
}
