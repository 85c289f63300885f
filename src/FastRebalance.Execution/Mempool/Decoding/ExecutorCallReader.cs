using FastRebalance.Core.Assets;
using FastRebalance.Ethereum.Contracts;

namespace FastRebalance.Execution.Mempool.Decoding;

/// <summary>Calls of the executor contract: baskets, and what stops it.</summary>
internal static class ExecutorCallReader
{
    private const int LegWords = 8;
    private const int MaxLegs = 16;

    private static readonly SelectorTable<Call> s_executor = new(
        ("exec(uint256,uint256,uint256,(uint256,address,address,address,uint256,uint256,uint256,uint256)[],(uint256,(address,uint256,uint256)[]))", Call.Run),
        ("fill(uint256,uint256,uint256,(uint256,address,address,address,uint256,uint256,uint256,uint256)[],(uint256,(address,uint256,uint256)[]),"
            + "(uint256,uint256,uint256,(address,address,uint256,uint256,uint256)[]),bytes)", Call.Run),
        ("pause()", Call.Pause),
        ("unpause()", Call.Pause),
        ("setTrust(address,uint8)", Call.Rule),
        ("setMarkets(bytes32[],bool)", Call.Rule),
        ("raiseEpoch(uint64)", Call.Rule),
        ("setGuardian(address)", Call.Rule),
        ("setGoalRequired(bool)", Call.Rule),
        ("sweep(address)", Call.Ignored));

    private enum Call : byte
    {
        None = 0,
        Run,
        Pause,
        Rule,
        Ignored,
    }

    public static bool TryRead(ref EffectWriter writer, ReadOnlySpan<byte> input)
    {
        if (!s_executor.TryFind(input, out Call call))
            return writer.Fail(DecodeVerdict.UnknownSelector);
        Arguments args = new(input[4..]);
        return call switch
        {
            Call.Run => args.Has(5) && Run(ref writer, args),
            Call.Pause => writer.Add(new PendingEffect { Kind = EffectKind.Pause, Role = WatchedRole.Executor }),
            Call.Rule => writer.Add(new PendingEffect { Kind = EffectKind.Upgrade, Role = WatchedRole.Executor }),
            _ => true,
        } || writer.Malformed();
    }

    private static bool Run(ref EffectWriter writer, Arguments args)
    {
        if (!args.TryArray(3, LegWords, out int count, out Arguments legs) || count > MaxLegs)
            return writer.Malformed();
        writer.Limit(args.Number(2));
        for (int i = 0; i < count; i++)
            if (!Leg(ref writer, legs, i * LegWords, i))
                return false;
        return true;
    }

    // The words of a leg: venue, pool, in, out, maxIn, keepBalance, limitPriceX96, minFill.
    private static bool Leg(ref EffectWriter writer, Arguments legs, int at, int index)
    {
        ulong venue = legs.Number(at).Limb0;
        AssetId sell = writer.Market.AssetOf(legs.Address(at + 2)), buy = writer.Market.AssetOf(legs.Address(at + 3));
        Address contract = legs.Address(at + 1);
        bool isChained = index > 0 && ((ExecutorLegFlags)(byte)(venue >> 8) & ExecutorLegFlags.Chained) != 0;
        PoolId pool = (ExecutorVenue)(byte)venue == ExecutorVenue.UniswapV4
            ? PoolId.None
            : writer.Market.Watched.TryFind(in contract, out WatchedRole role, out int found) && role == WatchedRole.Pool
                ? PoolId.FromIndex(found) : PoolId.None;
        return writer.Add(new PendingEffect
        {
            Kind = EffectKind.Swap,
            Role = WatchedRole.Executor,
            Pool = pool,
            Sell = sell,
            Buy = buy,
            Amount = isChained ? UInt256.Zero : legs.Number(at + 4),
            Limit = legs.Number(at + 6),
            Flags = EffectFlags.Executor | EffectFlags.LimitIsPrice | EffectFlags.Partial | EffectFlags.EndsPath
                | (isChained ? EffectFlags.Chained : EffectFlags.None),
        });
    }
}
