using System.Runtime.CompilerServices;
using FastRebalance.Amm;
using FastRebalance.Amm.UniswapV4;
using FastRebalance.Core.Assets;
using FastRebalance.Core.Events;
using FastRebalance.Ethereum.Contracts;

namespace FastRebalance.Execution.Transactions;

/// <summary>
/// Writes orders as one call of the executor contract: the legs' limits are signed, their sizes are found when they run. A leg over several
/// pools becomes a chain that is sold whole and judged from end to end; one over a single pool stops where its price reaches the limit. With a
/// lending market what is sold comes out of the account there, to the unit or one less, and what is bought goes into it.
/// </summary>
public sealed class ExecutorEncoder : IOrderEncoder
{
    private const int MaxContractLegs = 64;
    private const int MaxEntries = 64;
    private const uint BpsPerUnit = 10_000;

    private static readonly UInt256 Q96 = UInt256.One << 96;

    private readonly Address[] _assets;
    private readonly ExecutorLeg[] _templates;
    private readonly PoolFacts[] _pools;
    private readonly ExecutorLegFlags _pull;
    private readonly uint _minFillBps;
    private readonly SignedIntent? _intent;
    private readonly ulong _decisionSpace;
    private readonly LendingSetup? _lending;
    private readonly int[] _ascending;

    /// <param name="executor">The contract.</param>
    /// <param name="assets">Token contracts by asset index.</param>
    /// <param name="pools">Pools by pool index.</param>
    /// <param name="minFillBps">Least share of a single-pool leg that must be sold, else the whole order reverts; 1 to 10000.</param>
    /// <param name="usesPermit2">Tokens are taken through Permit2's allowance instead of their own.</param>
    /// <param name="intent">What the vault's owner allowed, for an account that may do no more; null for one that sets its own limits.</param>
    /// <param name="decisionSpace">Stands above the order's id in the decision's, which the contract runs once.</param>
    /// <param name="lending">Where what is sold comes from; null for the vault alone.</param>
    /// <exception cref="ArgumentException">A pool is of a kind that the executor does not trade through, or the share makes no sense.</exception>
    public ExecutorEncoder(Address executor, IReadOnlyList<Address> assets, IReadOnlyList<PoolFacts> pools, uint minFillBps, bool usesPermit2,
        SignedIntent? intent = null, ulong decisionSpace = 0, LendingSetup? lending = null)
    {
        if (minFillBps is 0 or > BpsPerUnit)
            throw new ArgumentException($"the least fill is {minFillBps} bps: 1 to {BpsPerUnit} make sense", nameof(minFillBps));
        Target = executor;
        _assets = [.. assets];
        _pools = [.. pools];
        _templates = [.. pools.Select(TemplateOf)];
        _pull = usesPermit2 ? ExecutorLegFlags.Permit2 : ExecutorLegFlags.None;
        _minFillBps = minFillBps;
        _intent = intent;
        _decisionSpace = decisionSpace;
        _lending = lending;
        _ascending = [.. Enumerable.Range(0, _assets.Length)];
        Array.Sort(_ascending, (left, right) => _assets[left].Span.SequenceCompareTo(_assets[right].Span));
    }

    /// <summary>The kinds of pools that the contract trades through.</summary>
    public static IReadOnlyList<string> PoolKinds { get; } =
        [UniswapV2Pool.KindName, UniswapV3Pool.KindName, UniswapV4Pool.KindName, BalancerWeightedPool.KindName, BalancerStablePool.KindName];

    public Address Target { get; }

    /// <summary>The contract's name of an order: no two desks, and no two journals of one, may use the same.</summary>
    public static UInt256 DecisionOf(ulong decisionSpace, ulong orderId) => new(orderId, decisionSpace, 0, 0);

    /// <summary>What the contract allows a pool by: one market for each two of its tokens; of a V4 pool its id.</summary>
    public static IEnumerable<Hash32> MarketsOf(PoolFacts facts)
    {
        if (facts.Kind == UniswapV4Pool.KindName)
            return [UniswapV4Terms.Of(facts).Id];
        Address[] tokens = [.. facts.Tokens];
        return tokens.SelectMany((token, index) => tokens.Skip(index + 1).Select(other => ExecutorCalls.MarketOf(facts.Address, in token, in other)));
    }

    public int MaxLength(int legs)
    {
        int most = Math.Min(legs * OrderEvent.MaxHops, MaxContractLegs);
        if (_lending is not null)
            return ExecutorCalls.LeveragedLength(most, 0, Math.Min(2 * legs, Math.Min(_assets.Length, MaxEntries)));
        return _intent is null ? ExecutorCalls.ExecLength(most, 0) : ExecutorCalls.FillLength(most, 0, _intent);
    }

    EncodeStatus IOrderEncoder.TryEncode(ulong orderId, OrderDeadline deadline, ReadOnlySpan<OrderLeg> legs, Span<byte> destination, out int length) =>
        TryEncode(orderId, deadline.MaxBlock, deadline.UnixSeconds, legs, destination, out length);

    /// <summary>Writes the call's data; allocates nothing.</summary>
    /// <param name="orderId">The order, whose decision the contract runs once.</param>
    /// <param name="maxBlock">The last block in which it may run.</param>
    /// <param name="maxUnixSeconds">The last second.</param>
    /// <param name="legs">In the order of execution.</param>
    /// <param name="destination">At least <see cref="MaxLength"/> bytes.</param>
    /// <param name="length">Bytes written; 0 unless encoded.</param>
    public EncodeStatus TryEncode(
        ulong orderId, ulong maxBlock, long maxUnixSeconds, ReadOnlySpan<OrderLeg> legs, Span<byte> destination, out int length)
    {
        length = 0;
        if (legs.IsEmpty)
            return EncodeStatus.NoLegs;
        Legs written = default;
        int count = 0;
        foreach (ref readonly OrderLeg leg in legs)
        {
            EncodeStatus status = Add(in leg, written, ref count);
            if (status != EncodeStatus.Encoded)
                return status;
        }
        ulong maxTime = (ulong)Math.Max(maxUnixSeconds, 0);
        UInt256 decision = DecisionOf(_decisionSpace, orderId);
        if (_lending is not null)
            return TryEncodeLeveraged(in decision, maxBlock, maxTime, written[..count], legs, destination, out length);
        bool fits = _intent is null
            ? ExecutorCalls.TryWriteExec(in decision, maxBlock, maxTime, written[..count], default, destination, out length)
            : ExecutorCalls.TryWriteFill(in decision, maxBlock, maxTime, written[..count], default, _intent, destination, out length);
        return fits ? EncodeStatus.Encoded : EncodeStatus.BufferTooShort;
    }

    private EncodeStatus TryEncodeLeveraged(
        in UInt256 decision, ulong maxBlock, ulong maxTime, ReadOnlySpan<ExecutorLeg> written, ReadOnlySpan<OrderLeg> legs, Span<byte> destination,
        out int length)
    {
        length = 0;
        Entries entries = default;
        int count = 0;
        foreach (int asset in _ascending)
        {
            if (!TryTake(asset, legs, out UInt256 take, out UInt256 outside))
                continue;
            if (count == MaxEntries)
                return EncodeStatus.TooManyLegs;
            entries[count++] = new ExecutorLendingEntry(_assets[asset], take, outside);
        }
        ExecutorLending lending = new(_lending!.HealthFloorWad, _lending.HealthCeilingWad, entries[..count]);
        return ExecutorCalls.TryWriteLeveraged(in decision, maxBlock, maxTime, written, default, lending, destination, out length)
            ? EncodeStatus.Encoded : EncodeStatus.BufferTooShort;
    }

    // False where no leg sells or buys the asset; nothing is taken of what is only bought, or is no reserve. All that the vault holds outright
    // stays there, the contract looks how much that is, but for a move, which says what stays.
    private bool TryTake(int asset, ReadOnlySpan<OrderLeg> legs, out UInt256 take, out UInt256 outside)
    {
        take = UInt256.Zero;
        outside = UInt256.MaxValue;
        bool isTraded = false;
        foreach (ref readonly OrderLeg leg in legs)
        {
            isTraded |= leg.Sell.Index == asset || leg.Buy.Index == asset;
            if (leg.IsMove)
            {
                outside = leg.Sell.Index == asset ? leg.KeepBalance : outside;
                continue;
            }
            if (leg.Sell.Index == asset && IsReserve(asset) && !UInt256.TryAdd(in take, in leg.AmountIn, out take))
                take = UInt256.MaxValue;
        }
        return isTraded;
    }

    private bool IsReserve(int asset) => _lending is not null && _lending.Reserves[asset].IsReserve;

    private EncodeStatus Add(in OrderLeg leg, Span<ExecutorLeg> written, ref int count)
    {
        if ((uint)leg.Sell.Index >= (uint)_assets.Length || (uint)leg.Buy.Index >= (uint)_assets.Length)
            return EncodeStatus.UnknownAsset;
        if (leg.AmountIn.IsZero)
            return EncodeStatus.ZeroAmount;
        if (leg.MinimumOut.IsZero)
            return EncodeStatus.NoMinimum;
        if (leg.IsMove)
            return _lending is not null && IsReserve(leg.Sell.Index) ? EncodeStatus.Encoded : EncodeStatus.NotAReserve;
        int hops = leg.HopCount;
        if (hops == 0)
            return EncodeStatus.UnknownPool;
        if (count + hops > MaxContractLegs)
            return EncodeStatus.TooManyLegs;
        AssetId asset = leg.Sell;
        for (int hop = 0; hop < hops; hop++)
        {
            EncodeStatus status = AddHop(in leg, hop, hops, ref asset, ref written[count]);
            if (status != EncodeStatus.Encoded)
                return status;
            count++;
        }
        return asset == leg.Buy ? EncodeStatus.Encoded : EncodeStatus.BrokenPath;
    }

    private EncodeStatus AddHop(in OrderLeg leg, int hop, int hops, ref AssetId asset, ref ExecutorLeg written)
    {
        int pool = leg.Pool(hop).Index;
        if ((uint)pool >= (uint)_templates.Length)
            return EncodeStatus.UnknownPool;
        if (!TryCross(_pools[pool], in leg, hop, asset, out AssetId bought))
            return EncodeStatus.BrokenPath;
        written = _templates[pool];
        written.TokenIn = _assets[asset.Index];
        written.TokenOut = _assets[bought.Index];
        written.LimitPriceX96 = hop == hops - 1 ? LimitOf(in leg) : UInt256.Zero;
        if (hop == 0)
        {
            written.Flags |= _pull;
            written.MaxIn = leg.AmountIn;
            bool isTaken = IsReserve(asset.Index);
            // What is taken out of the market is for the legs, whatever lies beside it; a unit of it may lack there.
            written.KeepBalance = isTaken ? UInt256.Zero : leg.KeepBalance;
            UInt256 whole = isTaken && leg.AmountIn > UInt256.One ? leg.AmountIn - UInt256.One : leg.AmountIn;
            written.MinFill = hops > 1 ? whole : MinFillOf(in whole);
        }
        else
        {
            written.Flags |= ExecutorLegFlags.Chained | _pull;
            written.MaxIn = UInt256.MaxValue;
            written.MinFill = UInt256.One;
        }
        asset = bought;
        return EncodeStatus.Encoded;
    }

    // A pool of two tokens tells by itself what it pays; one of several must be told, by the leg.
    private bool TryCross(PoolFacts pool, in OrderLeg leg, int hop, AssetId sold, out AssetId bought)
    {
        Address token = _assets[sold.Index];
        bought = leg.BoughtAt(hop);
        if (bought.IsNone && pool.TokenCount == 2)
            bought = AssetId.FromIndex(Array.IndexOf(_assets, token == pool.Token0 ? pool.Token1 : pool.Token0));
        if ((uint)bought.Index >= (uint)_assets.Length || bought == sold)
            return false;
        return Holds(pool, token) && Holds(pool, _assets[bought.Index]);
    }

    private static bool Holds(PoolFacts pool, Address token)
    {
        if (token == pool.Token0 || token == pool.Token1)
            return true;
        for (int i = 0; i < pool.FurtherTokens.Count; i++)
            if (pool.FurtherTokens[i] == token)
                return true;
        return false;
    }

    // The contract asks for out * 2^96 >= in * limit. Rounded down, that is the leg's minimum exactly while the amount is below 2^96; above,
    // where a unit could be lost, it is rounded up.
    private static UInt256 LimitOf(in OrderLeg leg)
    {
        bool fits = leg.AmountIn < Q96
            ? UInt256.TryMulDiv(in leg.MinimumOut, in Q96, in leg.AmountIn, out UInt256 limit)
            : UInt256.TryMulDivRoundingUp(in leg.MinimumOut, in Q96, in leg.AmountIn, out limit);
        // A price below 2^-96 is none that the contract can hold to; one of 2^160 and more is beyond every pool.
        return !fits ? UInt256.MaxValue : limit.IsZero ? UInt256.One : limit;
    }

    private UInt256 MinFillOf(in UInt256 amount)
    {
        UInt256.TryMulDivRoundingUp(in amount, _minFillBps, BpsPerUnit, out UInt256 fill); // it is no larger than the amount
        return fill;
    }

    private static ExecutorLeg TemplateOf(PoolFacts facts)
    {
        switch (facts.Kind)
        {
            case UniswapV2Pool.KindName:
                return new ExecutorLeg { Venue = ExecutorVenue.UniswapV2, Pool = facts.Address, FeePips = facts.FeePips };
            case UniswapV3Pool.KindName:
                return new ExecutorLeg { Venue = ExecutorVenue.UniswapV3, Pool = facts.Address };
            case BalancerWeightedPool.KindName or BalancerStablePool.KindName:
                return new ExecutorLeg { Venue = ExecutorVenue.BalancerV2, Pool = facts.Address };
            case UniswapV4Pool.KindName:
                UniswapV4Terms terms = UniswapV4Terms.Of(facts);
                return new ExecutorLeg
                {
                    Venue = ExecutorVenue.UniswapV4,
                    Pool = terms.Hooks,
                    FeePips = terms.FeePips,
                    TickSpacing = terms.TickSpacing,
                    Flags = terms.IsNative ? ExecutorLegFlags.Native : ExecutorLegFlags.None,
                };
            default:
                throw new ArgumentException(
                    $"pool {facts.Address} is of kind '{facts.Kind}': the executor trades through {string.Join(", ", PoolKinds)} only");
        }
    }

    [InlineArray(MaxEntries)]
    private struct Entries
    {
        private ExecutorLendingEntry _first;
    }

    [InlineArray(MaxContractLegs)]
    private struct Legs
    {
        private ExecutorLeg _first;
    }
}
