using FastRebalance.Amm;
using FastRebalance.Core.Assets;
using FastRebalance.Core.Baskets;
using FastRebalance.Core.Results;
using FastRebalance.Native;

namespace FastRebalance.Routing.Baskets;

/// <summary>
/// From growths to legs of whole units, quoted exactly on the pools. Amounts are rounded down, so that no leg sells what is not there; what an
/// intermediate token has left over goes with the last leg that sells it. Owned by one thread; allocates nothing after it is made.
/// </summary>
internal sealed class PlanBuilder(BasketGraph graph, int assetCount)
{
    // A trade of less than this share is what the solver leaves in pools that are not used.
    private const double DustShare = 1e-12;

    // MaxSlippage in these parts, rounded down, makes a minimum that is exact and never too low.
    private const ulong SlippageParts = 1_000_000_000;

    private readonly DraftLeg[] _drafts = new DraftLeg[graph.EdgeCapacity];
    private readonly DraftOrder _order = new(assetCount, graph.EdgeCapacity);
    private readonly double[] _held = new double[assetCount];
    private readonly UInt256[] _balances = new UInt256[assetCount]; // by asset
    private readonly UInt256[] _needs = new UInt256[assetCount]; // by asset
    private readonly int[] _toCome = new int[assetCount]; // legs still to sell, by token
    private readonly UInt256[] _amounts = new UInt256[graph.EdgeCapacity]; // by draft
    private readonly Pool?[] _copies = graph.CopyPoolsOfMany(); // by pool
    private readonly bool[] _isCopied = new bool[graph.PoolCount]; // by pool, in this build
    private int _draftCount;

    /// <summary>Value that the legs of the last build bring net of gas, at the dual prices.</summary>
    public double LegGain { get; private set; }

    /// <summary>What the gas of those legs costs.</summary>
    public double GasCost { get; private set; }

    /// <summary>Reads the growths. Legs come out with the larger of two ways where both are open a crack.</summary>
    public void Draft(BasketNumbers numbers)
    {
        _draftCount = 0;
        for (int e = 0; e < graph.EdgeCount; e++)
        {
            double ab = graph.Edges[e].CountAB > 0 ? numbers.AmountIn(e, sellsA: true) : 0;
            double ba = graph.Edges[e].CountBA > 0 ? numbers.AmountIn(e, sellsA: false) : 0;
            if (!(ab > 0) && !(ba > 0))
                continue;
            int a = graph.Edges[e].A, b = graph.Edges[e].B;
            double shareAB = ab * numbers.PriceOf(a), shareBA = ba * numbers.PriceOf(b);
            bool sellsA = shareAB >= shareBA;
            double share = sellsA ? shareAB : shareBA;
            double amount = sellsA ? ab : ba;
            if (!(share > DustShare) || !(amount >= 1))
                continue;
            _drafts[_draftCount++] = new DraftLeg
            {
                Edge = e,
                SellsA = sellsA,
                Sell = sellsA ? a : b,
                Buy = sellsA ? b : a,
                AmountIn = amount,
                Share = share,
            };
        }
    }

    /// <summary>Several of the drafts go through one pool of more than two assets.</summary>
    public bool IsAnyPoolCrowded
    {
        get
        {
            for (int i = 1; i < _draftCount; i++)
                if (graph.PoolIndexOf(_drafts[i].Edge) == graph.PoolIndexOf(_drafts[i - 1].Edge))
                    return true;
            return false;
        }
    }

    public ReadOnlySpan<DraftLeg> Drafts => _drafts.AsSpan(0, _draftCount);

    /// <summary>
    /// Closes legs that stand in each other's way in one pool of more than two assets, the smaller for the larger: those that sell what another
    /// buys there, or, where one leg a pool is asked for, all but the largest.
    /// </summary>
    /// <returns>True where something was closed.</returns>
    public bool CloseCrowdedPools(Span<byte> closed, bool toOneLeg)
    {
        bool any = false;
        for (int first = 0, end; first < _draftCount; first = end)
        {
            end = first + 1;
            while (end < _draftCount && graph.PoolIndexOf(_drafts[end].Edge) == graph.PoolIndexOf(_drafts[first].Edge))
                end++;
            Span<DraftLeg> legs = _drafts.AsSpan(first, end - first);
            for (int i = 0; i < legs.Length; i++)
                for (int j = 0; j < legs.Length; j++)
                {
                    bool isInTheWay = i != j && IsLarger(legs, j, i) && closed[legs[j].Edge] != DualWays.Both
                        && (toOneLeg || legs[i].Sell == legs[j].Buy || legs[i].Buy == legs[j].Sell);
                    if (!isInTheWay)
                        continue;
                    closed[legs[i].Edge] = DualWays.Both;
                    any = true;
                }
        }
        return any;
    }

    private static bool IsLarger(ReadOnlySpan<DraftLeg> legs, int i, int j) => legs[i].Share != legs[j].Share ? legs[i].Share > legs[j].Share : i < j;

    /// <summary>Puts the legs in order; where a circle is in the way, closes the ways that lead round it.</summary>
    /// <returns>True where the order stands.</returns>
    public bool TryOrder(BasketNumbers numbers, BasketRequest request)
    {
        for (int t = 0; t < numbers.TokenCount; t++)
            _held[t] = (double)request.Holdings[graph.AssetOf(t)];
        if (_order.TryOrder(Drafts, _held.AsSpan(0, numbers.TokenCount), request.AllowCycles))
            return true;
        for (int e = 0; e < graph.EdgeCount; e++)
            numbers.Closed[e] |= _order.Rank[graph.Edges[e].A] < _order.Rank[graph.Edges[e].B] ? DualWays.BA : DualWays.AB;
        return false;
    }

    /// <summary>Quotes the legs in order and fills legs, holdings and gain.</summary>
    public void Build(BasketNumbers numbers, BasketRequest request, BasketPlan plan)
    {
        bool isOwed = IsOwed(request);
        if (isOwed)
            NeedBackwards(request);
        Array.Clear(_toCome);
        for (int i = 0; i < _draftCount; i++)
            _toCome[_drafts[i].Sell]++;
        plan.ClearLegs();
        Array.Clear(_isCopied);
        request.Holdings.AsSpan().CopyTo(_balances);
        LegGain = 0;
        GasCost = 0;
        for (int i = 0; i < _order.Count; i++)
        {
            int at = _order.Legs[i];
            ref readonly DraftLeg draft = ref _drafts[at];
            bool isLast = --_toCome[draft.Sell] == 0;
            UInt256 amount = isOwed ? _amounts[at] : AmountOf(numbers, request, in draft, isLast);
            if (!amount.IsZero)
                AddLeg(numbers, request, plan, in draft, in amount);
        }
        _balances.AsSpan().CopyTo(plan.FinalHoldings);
    }

    /// <summary>Something is owed: amounts then follow from the last leg to the first, each quoted on the pool as it is now.</summary>
    public static bool IsOwed(BasketRequest request)
    {
        if (request.Goal != BasketGoal.MostOfOne)
            return false;
        foreach (ref readonly UInt256 owed in request.Owed.AsSpan())
            if (!owed.IsZero)
                return true;
        return false;
    }

    private UInt256 AmountOf(BasketNumbers numbers, BasketRequest request, in DraftLeg draft, bool isLast)
    {
        ref readonly UInt256 balance = ref _balances[graph.AssetOf(draft.Sell)];
        // A token that nobody wants is sold to the last unit.
        bool isPassedOn = request.Goal == BasketGoal.MostOfOne ? draft.Sell != numbers.Kept
            : request.Goal == BasketGoal.TargetWeights && !(numbers.Tokens[draft.Sell].Weight > 0);
        if (isPassedOn && isLast)
            return balance;
        return UInt256.TryFromDoubleFloor(draft.AmountIn, out UInt256 amount) ? UInt256.Min(amount, balance) : UInt256.Zero;
    }

    /// <summary>What is owed is bought exactly, and what that takes is bought before: amounts from the last leg to the first.</summary>
    private void NeedBackwards(BasketRequest request)
    {
        for (int asset = 0; asset < assetCount; asset++)
        {
            _needs[asset] = UInt256.TrySubtract(request.Owed[asset], request.Holdings[asset], out UInt256 need) ? need : UInt256.Zero;
            _toCome[asset] = 0;
        }
        for (int i = 0; i < _draftCount; i++)
            _toCome[_drafts[i].Buy]++;
        for (int i = _order.Count - 1; i >= 0; i--)
        {
            int at = _order.Legs[i];
            ref readonly DraftLeg draft = ref _drafts[at];
            ref UInt256 need = ref _needs[graph.AssetOf(draft.Buy)];
            bool isFirst = --_toCome[draft.Buy] == 0;
            _amounts[at] = UInt256.Zero;
            if (!UInt256.TryFromDoubleFloor(draft.AmountIn, out UInt256 planned))
                continue;
            Pool pool = graph.PoolOf(draft.Edge);
            AssetId sell = AssetId.FromIndex(graph.AssetOf(draft.Sell)), buy = AssetId.FromIndex(graph.AssetOf(draft.Buy));
            if (pool.QuoteExactIn(sell, buy, in planned, out SwapQuote quote) != QuoteStatus.Exact)
                continue;
            if (isFirst || quote.AmountOut > need)
            {
                if (need.IsZero || pool.QuoteExactOut(sell, buy, in need, out quote) != QuoteStatus.Exact)
                    continue;
            }
            _amounts[at] = quote.AmountInUsed;
            need = UInt256.TrySubtract(need, quote.AmountOut, out UInt256 left) ? left : UInt256.Zero;
            Require(request, sell.Index, in quote.AmountInUsed);
        }
    }

    /// <summary>What a leg sells is taken from the holdings first; the rest must be brought by legs before it.</summary>
    private void Require(BasketRequest request, int asset, in UInt256 amount)
    {
        if (UInt256.TryAdd(_needs[asset], amount, out UInt256 sum))
            _needs[asset] = sum;
        if (asset != request.Kept.Index)
            return;
        _needs[asset] = UInt256.Zero; // paid from what is held; the replay says whether it was enough
    }

    private void AddLeg(BasketNumbers numbers, BasketRequest request, BasketPlan plan, in DraftLeg draft, in UInt256 amount)
    {
        int sell = graph.AssetOf(draft.Sell), buy = graph.AssetOf(draft.Buy);
        int poolIndex = graph.PoolIndexOf(draft.Edge);
        Pool pool = graph.PoolOf(draft.Edge);
        BasketLeg leg = default;
        leg.AmountIn = UInt256.Min(amount, _balances[sell]);
        leg.Pool = pool.Id;
        leg.Sell = AssetId.FromIndex(sell);
        leg.Buy = AssetId.FromIndex(buy);
        if (leg.AmountIn.IsZero || !TryQuoteNext(poolIndex, pool, ref leg, out SwapQuote quote))
            return;
        leg.ExpectedOut = quote.AmountOut;
        leg.MinimumOut = MinimumOut(in quote.AmountOut, request.MaxSlippage);
        leg.Gas = Math.Max(quote.Gas, pool.TypicalGas) + BasketPlanner.LegGas;
        if (!UInt256.TryAdd(_balances[buy], quote.AmountOut, out UInt256 brought) || !plan.TryAdd(in leg))
            return;
        _copies[poolIndex]?.Swap(leg.Sell, leg.Buy, in leg.AmountIn, out _);
        _balances[sell] -= leg.AmountIn;
        _balances[buy] = brought;
        LegGain += Certificate.LegGain(numbers, draft.Sell, draft.Buy, in leg);
        GasCost += leg.Gas * numbers.SharePerGas;
    }

    /// <summary>A pool of several assets is quoted as the legs before have left it; one that is to be sold dry takes what it can.</summary>
    private bool TryQuoteNext(int poolIndex, Pool pool, ref BasketLeg leg, out SwapQuote quote)
    {
        if (_copies[poolIndex] is { } copy)
        {
            if (!_isCopied[poolIndex])
                _isCopied[poolIndex] = copy.TryFollow(pool);
            pool = copy;
        }
        QuoteStatus status = pool.QuoteExactIn(leg.Sell, leg.Buy, in leg.AmountIn, out quote);
        if (status == QuoteStatus.Exact)
            return true;
        UInt256 capacity = pool.CapacityIn(leg.Sell, leg.Buy);
        if (capacity.IsZero || capacity >= leg.AmountIn)
            return false;
        leg.AmountIn = capacity;
        return pool.QuoteExactIn(leg.Sell, leg.Buy, in leg.AmountIn, out quote) == QuoteStatus.Exact;
    }

    private static UInt256 MinimumOut(in UInt256 expected, double maxSlippage)
    {
        ulong parts = (ulong)(Math.Clamp(maxSlippage, 0, 1) * SlippageParts);
        return UInt256.TryMulDiv(expected, parts, SlippageParts, out UInt256 missing) ? expected - missing : expected;
    }
}
