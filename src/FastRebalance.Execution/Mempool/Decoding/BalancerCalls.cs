using FastRebalance.Amm;
using FastRebalance.Core.Assets;

namespace FastRebalance.Execution.Mempool.Decoding;

/// <summary>Calls of Balancer's V2 vault (<c>IVault.sol</c>).</summary>
internal static class BalancerCalls
{
    private const int MaxSteps = 32;
    private const int SwapHead = 10;

    private static readonly SelectorTable<Call> s_vault = new(
        ("swap((bytes32,uint8,address,address,uint256,bytes),(address,bool,address,bool),uint256,uint256)", Call.Swap),
        ("batchSwap(uint8,(bytes32,uint256,uint256,uint256,bytes)[],address[],(address,bool,address,bool),int256[],uint256)", Call.Batch),
        ("joinPool(bytes32,address,address,(address[],uint256[],bytes,bool))", Call.Join),
        ("exitPool(bytes32,address,address,(address[],uint256[],bytes,bool))", Call.Exit),
        ("managePoolBalance((uint8,bytes32,address,uint256)[])", Call.Manage),
        ("setPaused(bool)", Call.Pause),
        ("setAuthorizer(address)", Call.Rule),
        ("flashLoan(address,address[],uint256[],bytes)", Call.Ignored),
        ("manageUserBalance((uint8,address,uint256,address,address)[])", Call.Ignored),
        ("setRelayerApproval(address,address,bool)", Call.Ignored));

    private enum Call : byte
    {
        None = 0,
        Swap,
        Batch,
        Join,
        Exit,
        Manage,
        Pause,
        Rule,
        Ignored,
    }

    public static bool TryRead(ref EffectWriter writer, ReadOnlySpan<byte> input)
    {
        if (!s_vault.TryFind(input, out Call call))
            return writer.Fail(DecodeVerdict.UnknownSelector);
        Arguments args = new(input[4..]);
        return call switch
        {
            Call.Swap => Swap(ref writer, args),
            Call.Batch => Batch(ref writer, args),
            Call.Join => args.Has(4) && Balance(ref writer, args.Hash(0), EffectKind.AddLiquidity),
            Call.Exit => args.Has(4) && Balance(ref writer, args.Hash(0), EffectKind.RemoveLiquidity),
            Call.Manage => writer.Add(new PendingEffect { Kind = EffectKind.RemoveLiquidity, Role = WatchedRole.BalancerVault, Flags = EffectFlags.AmountUnknown }),
            Call.Pause => writer.Add(new PendingEffect { Kind = EffectKind.Pause, Role = WatchedRole.BalancerVault }),
            Call.Rule => writer.Add(new PendingEffect { Kind = EffectKind.Upgrade, Role = WatchedRole.BalancerVault }),
            _ => true,
        } || writer.Malformed();
    }

    /// <summary>((poolId, kind, in, out, amount, data), funds of four words, limit, deadline).</summary>
    private static bool Swap(ref EffectWriter writer, Arguments args)
    {
        if (!args.Has(7) || !args.TryTuple(0, 6, out Arguments swap))
            return writer.Malformed();
        bool isOut = swap.IsSet(1);
        AssetId sell = writer.Market.AssetOfCurrency(swap.Address(2)), buy = writer.Market.AssetOfCurrency(swap.Address(3));
        writer.Limit(args.Number(6));
        PathWriter hops = default;
        hops.TryAdd(writer.Market.KeyedOf(swap.Hash(0)), sell, buy);
        return hops.Write(ref writer, swap.Number(4), args.Number(5), isOut ? EffectFlags.ExactOut : EffectFlags.None);
    }

    /// <summary>(kind, (poolId, inIndex, outIndex, amount, data)[], assets, funds of four words, limits, deadline).</summary>
    private static bool Batch(ref EffectWriter writer, Arguments args)
    {
        if (!args.Has(SwapHead - 1) || !args.TryArray(1, 1, out int steps, out Arguments each) || !args.TryArray(2, 1, out int assetCount, out Arguments assets)
            || !args.TryArray(7, 1, out int limitCount, out Arguments limits) || limitCount != assetCount)
            return writer.Malformed();
        if (steps > MaxSteps)
            return writer.Fail(DecodeVerdict.TooDeep);
        bool isOut = args.IsSet(0);
        writer.Limit(args.Number(8));
        bool wasWritten = false;
        for (int i = 0; i < steps; i++)
        {
            if (!each.TryTuple(i, 5, out Arguments step) || !TryIndex(step.Number(1), assetCount, out int from) || !TryIndex(step.Number(2), assetCount, out int to))
                return writer.Malformed();
            UInt256 amount = step.Number(3);
            bool endsPath = i == steps - 1 || IsOwnStart(each, i + 1);
            PoolId pool = writer.Market.KeyedOf(step.Hash(0));
            EffectFlags flags = (isOut ? EffectFlags.ExactOut : EffectFlags.None) | (endsPath ? EffectFlags.EndsPath : EffectFlags.None);
            if (amount.IsZero)
                flags |= i == 0 ? EffectFlags.AmountUnknown : EffectFlags.Chained;

            // A step on a pool that is not ours is kept only where a later one hangs on it.
            if (pool.IsNone && endsPath && !wasWritten && (flags & EffectFlags.Chained) == 0)
                continue;
            PendingEffect effect = new()
            {
                Kind = EffectKind.Swap,
                Role = WatchedRole.Pool,
                Pool = pool,
                Sell = writer.Market.AssetOfCurrency(assets.Address(from)),
                Buy = writer.Market.AssetOfCurrency(assets.Address(to)),
                Amount = amount,
                Flags = flags,
                Limit = endsPath ? LimitOf(limits.Number(isOut ? from : to), isOut) : UInt256.Zero,
            };
            if (!writer.Add(in effect))
                return false;
            wasWritten = true;
        }
        return true;
    }

    private static bool IsOwnStart(Arguments each, int step) => each.TryTuple(step, 5, out Arguments next) && !next.Number(3).IsZero;

    // What the vault may take at most is above zero, what it must pay at least is below.
    private static UInt256 LimitOf(in UInt256 limit, bool isOut)
    {
        bool isNegative = limit.Limb3 >> 63 != 0;
        return isOut ? (isNegative ? UInt256.Zero : limit) : isNegative ? UInt256.WrappingSubtract(UInt256.Zero, limit) : UInt256.Zero;
    }

    private static bool TryIndex(in UInt256 value, int count, out int index)
    {
        index = value.FitsUInt64 && value.Limb0 < (ulong)count ? (int)value.Limb0 : -1;
        return index >= 0;
    }

    private static bool Balance(ref EffectWriter writer, in Hash32 id, EffectKind kind)
    {
        PoolId pool = writer.Market.KeyedOf(in id);
        return pool.IsNone
            || writer.Add(new PendingEffect { Kind = kind, Role = WatchedRole.Pool, Pool = pool, Flags = EffectFlags.AmountUnknown });
    }
}
