using FastRebalance.Amm;
using FastRebalance.Core.Assets;
using FastRebalance.Execution.Mempool.Decoding;

namespace FastRebalance.Execution.Mempool;

/// <summary>
/// Reads a pending transaction: what it would do to pools and contracts of ours. Safe for any thread; allocates nothing, never throws, and does
/// bounded work whatever the bytes: at most <see cref="MaxInputBytes"/> of them, four calls deep, sixty-four calls in all.
/// </summary>
public sealed class CallDecoder(MempoolMarket market)
{
    /// <summary>Longer calls are refused unread: no swap of ours or of theirs needs so much.</summary>
    public const int MaxInputBytes = 128 * 1024;

    private readonly WatchTable _watched = market.Watched;

    public MempoolMarket Market => market;

    /// <summary>Reads one transaction.</summary>
    /// <param name="to">Whom it calls; zero for a creation.</param>
    /// <param name="sender">Who signed it.</param>
    /// <param name="value">The coin sent along, in wei.</param>
    /// <param name="input">The call data.</param>
    /// <param name="effects">Room for what it does, in the order of doing.</param>
    /// <param name="count">How many were written; also where the verdict is that reading stopped early.</param>
    public DecodeVerdict Decode(
        in Address to, in Address sender, in UInt256 value, ReadOnlySpan<byte> input, Span<PendingEffect> effects, out int count)
    {
        count = 0;
        if (!_watched.TryFind(in to, out WatchedRole role, out int index))
            return DecodeVerdict.NotWatched;
        if (input.Length > MaxInputBytes)
            return DecodeVerdict.TooLarge;
        if (input.Length < 4)
            return input.IsEmpty ? DecodeVerdict.Harmless : DecodeVerdict.Malformed;
        EffectWriter writer = new(market, sender, effects) { Family = index };
        bool isRead = Dispatch(ref writer, role, index, in value, input);
        count = writer.Count;
        return writer.Verdict != DecodeVerdict.Unread ? writer.Verdict
            : !isRead ? DecodeVerdict.Malformed
            : count > 0 ? DecodeVerdict.Effects
            : DecodeVerdict.Harmless;
    }

    private bool Dispatch(ref EffectWriter writer, WatchedRole role, int index, in UInt256 value, ReadOnlySpan<byte> input)
    {
        switch (role)
        {
            case WatchedRole.V2Router:
                return UniswapV2Calls.TryReadRouter(ref writer, in value, input);
            case WatchedRole.V3Router:
                return UniswapV3Calls.TryReadRouter(ref writer, input);
            case WatchedRole.V3Positions:
                return UniswapV3Calls.TryReadPositions(ref writer, input);
            case WatchedRole.UniversalRouter:
                return UniversalRouterCalls.TryRead(ref writer, in value, input);
            case WatchedRole.V4Manager:
                return UniswapV4Calls.TryReadManager(ref writer, input);
            case WatchedRole.V4Positions:
                return UniswapV4Calls.TryReadPositions(ref writer, input);
            case WatchedRole.BalancerVault:
                return Decoding.BalancerCalls.TryRead(ref writer, input);
            case WatchedRole.Permit2:
                return Permit2Calls.TryRead(ref writer, input);
            case WatchedRole.Executor:
                return ExecutorCallReader.TryRead(ref writer, input);
            case WatchedRole.Pool:
                return Pool(ref writer, market.Pools[index], input);
            case WatchedRole.Token:
                // Transfers and approvals are what tokens are for: only what rules them is an effect.
                RulingCalls.TryRead(ref writer, role, PoolId.None, AssetId.FromIndex(index), input);
                return true;
            case WatchedRole.Oracle or WatchedRole.Admin:
                return RulingCalls.TryRead(ref writer, role, PoolId.None, AssetId.None, input) || writer.Fail(DecodeVerdict.UnknownSelector);
            default:
                return true; // an account of ours runs no code
        }
    }

    private static bool Pool(ref EffectWriter writer, Pool pool, ReadOnlySpan<byte> input)
    {
        if (RulingCalls.TryRead(ref writer, WatchedRole.Pool, pool.Id, AssetId.None, input))
            return true;
        return pool switch
        {
            UniswapV2Pool => UniswapV2Calls.TryReadPair(ref writer, pool.Id, pool.Asset0, pool.Asset1, input),
            UniswapV3Pool => UniswapV3Calls.TryReadPool(ref writer, pool.Id, pool.Asset0, pool.Asset1, input),
            _ => writer.Fail(DecodeVerdict.UnknownSelector),
        };
    }
}
