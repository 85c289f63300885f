using FastRebalance.Core.Assets;
using FastRebalance.Core.Events;
using FastRebalance.Core.Results;

namespace FastRebalance.Amm;

/// <summary>
/// One pool's state and its exact arithmetic. State changes only by <see cref="Apply"/>; quotes, curves and prices are pure
/// reads that allocate nothing. Owned by one thread: nothing here locks. Does no I/O: a snapshot and a reconciliation say
/// which calls they want and judge the answers.
/// </summary>
public abstract class Pool
{
    /// <summary>Most assets that a pool may hold.</summary>
    public const int MaxAssets = 8;

    private readonly ushort _subject;
    private readonly AssetId[] _assets;
    private ulong _version;

    /// <param name="facts">What the contract says of itself.</param>
    /// <param name="id">Names the pool in events.</param>
    /// <param name="assets">The asset of each of <see cref="PoolFacts.Tokens"/>, in that order.</param>
    /// <exception cref="ArgumentException">The facts or the ids cannot be a pool's.</exception>
    protected Pool(PoolFacts facts, PoolId id, IReadOnlyList<AssetId> assets)
    {
        if (id.IsNone || assets.Count is < 2 or > MaxAssets || assets.Any(asset => asset.IsNone) || assets.Distinct().Count() != assets.Count)
            throw new ArgumentException(
                $"pool {facts.Address} wants an id and 2 to {MaxAssets} different assets, found {id}, {string.Join(", ", assets)}");
        if (assets.Count != facts.TokenCount)
            throw new ArgumentException($"pool {facts.Address} holds {facts.TokenCount} tokens, found {assets.Count} assets");
        if (facts.FeePips >= PoolFacts.PipsPerUnit)
            throw new ArgumentException($"pool {facts.Address}: a fee of {facts.FeePips} pips leaves nothing to swap");
        Facts = facts;
        Id = id;
        _assets = [.. assets];
        _subject = id.Value;
    }

    public PoolFacts Facts { get; }

    public PoolId Id { get; }

    public Address Address => Facts.Address;

    /// <summary>Name of the pool's <see cref="PoolKind"/>.</summary>
    public string Kind => Facts.Kind;

    /// <summary>Fee on the input, in millionths.</summary>
    public uint FeePips => Facts.FeePips;

    /// <summary>Gas of a usual swap, for ranking paths before they are quoted; a quote tells the swap's own.</summary>
    public abstract uint TypicalGas { get; }

    /// <summary>
    /// Orders can go through such a pool. Where they cannot (no router of ours calls it yet) it is followed and quoted, and left out of every
    /// order's path.
    /// </summary>
    public virtual bool TakesOrders => true;

    /// <summary>Every asset, in the contract's own order.</summary>
    public ReadOnlySpan<AssetId> Assets => _assets;

    public AssetId Asset0 => _assets[0];

    public AssetId Asset1 => _assets[1];

    /// <summary>The contracts whose logs tell of this pool.</summary>
    public virtual IReadOnlyList<Address> LogSources => [Address];

    /// <summary>A whole snapshot was applied and nothing since contradicted it.</summary>
    public bool IsReady { get; private set; }

    /// <summary>Grows with every change of state, so that an answer can name the state that it was computed on.</summary>
    public virtual ulong Version => _version;

    public bool Holds(AssetId asset) => IndexOf(asset) >= 0;

    /// <summary>Position of the asset in <see cref="Assets"/>; -1 where the pool does not hold it.</summary>
    public int IndexOf(AssetId asset)
    {
        for (int i = 0; i < _assets.Length; i++)
            if (_assets[i] == asset)
                return i;
        return -1;
    }

    /// <summary>
    /// What a pool of two pays out for <paramref name="asset"/>; <see cref="AssetId.None"/> where it does not hold that, or holds more than two.
    /// </summary>
    public AssetId Other(AssetId asset) =>
        _assets.Length != 2 ? AssetId.None : asset == Asset0 ? Asset1 : asset == Asset1 ? Asset0 : AssetId.None;

    /// <summary>
    /// Takes one event of the chain's order. Events of other pools and of other kinds are left alone. An event that cannot
    /// follow from the state (more liquidity burned than there was, a price out of range) makes the pool not ready
    /// until the next reset: a wrong state is never quoted.
    /// </summary>
    public void Apply(in MarketEvent e)
    {
        if (e.Subject != _subject)
            return;
        switch (e.Kind)
        {
            case MarketEventKind.PoolReset:
                IsReady = false;
                Forget();
                break;
            case MarketEventKind.PoolReady:
                IsReady = HasState;
                break;
            case MarketEventKind.Reserves or MarketEventKind.Concentrated
                or MarketEventKind.TickLiquidity or MarketEventKind.LiquidityChange
                or MarketEventKind.PoolBalance or MarketEventKind.PoolParameter or MarketEventKind.PoolSwap:
                if (!TryApplyState(in e))
                {
                    IsReady = false;
                    Forget();
                }
                break;
            default:
                return;
        }
        _version++;
    }

    /// <summary>What the contract would pay for <paramref name="amountIn"/> on this state, to the last unit. Never throws.</summary>
    /// <param name="sell">The asset that goes in.</param>
    /// <param name="buy">The asset that comes out.</param>
    /// <param name="amountIn">Base units of what goes in.</param>
    /// <param name="quote">
    /// Filled as far as the pool goes: also for <see cref="QuoteStatus.InsufficientLiquidity"/>, where it tells what would be taken.
    /// </param>
    /// <returns><see cref="QuoteStatus.Exact"/>, or the reason why the quote must not be traded on.</returns>
    public QuoteStatus QuoteExactIn(AssetId sell, AssetId buy, in UInt256 amountIn, out SwapQuote quote)
    {
        quote = default;
        QuoteStatus status = CheckPair(sell, buy, out int sellIndex, out int buyIndex);
        if (status != QuoteStatus.Exact)
            return status;
        return amountIn.IsZero ? QuoteStatus.ZeroAmount : QuoteIn(sellIndex, buyIndex, in amountIn, out quote);
    }

    /// <summary><see cref="QuoteExactIn(AssetId, AssetId, in UInt256, out SwapQuote)"/> of a pool of two assets.</summary>
    public QuoteStatus QuoteExactIn(AssetId sell, in UInt256 amountIn, out SwapQuote quote) =>
        QuoteExactIn(sell, Other(sell), in amountIn, out quote);

    /// <summary>
    /// The least that the contract would take to pay <paramref name="amountOut"/> on this state, to the last unit. Never throws. Where the
    /// contract has such a swap the amounts are that swap's own (it may pay a unit more than asked); where it has none, the least input
    /// whose exact-in swap pays at least so much.
    /// </summary>
    /// <returns><see cref="QuoteStatus.Exact"/>, or the reason why the quote must not be traded on.</returns>
    public QuoteStatus QuoteExactOut(AssetId sell, AssetId buy, in UInt256 amountOut, out SwapQuote quote)
    {
        quote = default;
        QuoteStatus status = CheckPair(sell, buy, out int sellIndex, out int buyIndex);
        if (status != QuoteStatus.Exact)
            return status;
        return amountOut.IsZero ? QuoteStatus.ZeroAmount : QuoteOut(sellIndex, buyIndex, in amountOut, out quote);
    }

    /// <summary>
    /// Swaps: the quote of <see cref="QuoteExactIn(AssetId, AssetId, in UInt256, out SwapQuote)"/>, and on <see cref="QuoteStatus.Exact"/> the
    /// state as the contract leaves it behind. For copies (<see cref="Copy"/>): the chain moves the pool itself, and tells by events.
    /// </summary>
    public QuoteStatus Swap(AssetId sell, AssetId buy, in UInt256 amountIn, out SwapQuote quote)
    {
        QuoteStatus status = QuoteExactIn(sell, buy, in amountIn, out quote);
        if (status != QuoteStatus.Exact)
            return status;
        TakeSwap(IndexOf(sell), IndexOf(buy), in quote);
        _version++;
        return status;
    }

    /// <summary><see cref="Swap"/> for an exact output: the quote is that of <see cref="QuoteExactOut"/>.</summary>
    public QuoteStatus SwapExactOut(AssetId sell, AssetId buy, in UInt256 amountOut, out SwapQuote quote)
    {
        QuoteStatus status = QuoteExactOut(sell, buy, in amountOut, out quote);
        if (status != QuoteStatus.Exact)
            return status;
        TakeSwapOut(IndexOf(sell), IndexOf(buy), in quote);
        _version++;
        return status;
    }

    /// <summary>A pool of its own with the same state; what happens to one does not touch the other.</summary>
    public Pool Copy()
    {
        Pool copy = CopyState();
        copy.IsReady = IsReady;
        copy._version = _version;
        return copy;
    }

    /// <summary>Makes this, a <see cref="Copy"/> of that pool, stand where that pool stands now. Allocates nothing.</summary>
    /// <returns>False for a kind that has no use for it: a pool of two assets serves one leg of a plan, and needs no copy to quote others on.</returns>
    public bool TryFollow(Pool original)
    {
        if (original.GetType() != GetType() || original.Id != Id || !TryTakeState(original))
            return false;
        IsReady = original.IsReady;
        _version = original._version;
        return true;
    }

    /// <summary>
    /// The pool's curve near its present price: its first piece, found without the others.
    /// <see cref="QuoteExactIn(AssetId, AssetId, in UInt256, out SwapQuote)"/> quotes money.
    /// </summary>
    /// <returns>False while there is nothing to sell into.</returns>
    public bool TryGetCurve(AssetId sell, AssetId buy, out SwapCurve curve)
    {
        curve = default;
        Span<CurveSegment> first = stackalloc CurveSegment[1];
        if (CheckPair(sell, buy, out int sellIndex, out int buyIndex) != QuoteStatus.Exact || Segments(sellIndex, buyIndex, first, most: 1) == 0)
            return false;
        curve = new SwapCurve(first[0].Rate, first[0].Depth);
        return true;
    }

    /// <summary><see cref="TryGetCurve(AssetId, AssetId, out SwapCurve)"/> of a pool of two assets.</summary>
    public bool TryGetCurve(AssetId sell, out SwapCurve curve) => TryGetCurve(sell, Other(sell), out curve);

    /// <summary>
    /// The lowest hyperbola of the present rate, fee taken off, that no amount is paid above: what a search may promise. Exact quotes stay
    /// below it but for the last units of the contract's own arithmetic.
    /// </summary>
    /// <returns>False while there is nothing to sell into.</returns>
    public bool TryGetCeiling(AssetId sell, AssetId buy, out SwapCurve ceiling)
    {
        ceiling = default;
        return CheckPair(sell, buy, out int sellIndex, out int buyIndex) == QuoteStatus.Exact && TryCeiling(sellIndex, buyIndex, out ceiling);
    }

    /// <summary>
    /// The smooth curve that the pool follows when <paramref name="sell"/> is sold for <paramref name="buy"/>, from the present state to
    /// where it runs out, piece after piece. For search and bounds; money is quoted exactly. Allocates nothing.
    /// </summary>
    /// <param name="sell">The asset that goes in.</param>
    /// <param name="buy">The asset that comes out.</param>
    /// <param name="segments">Takes the first pieces, as many as fit.</param>
    /// <returns>How many pieces there are, which may be more than fit; 0 while there is nothing to sell into.</returns>
    public int WriteSegments(AssetId sell, AssetId buy, Span<CurveSegment> segments) =>
        CheckPair(sell, buy, out int sellIndex, out int buyIndex) == QuoteStatus.Exact
            ? Segments(sellIndex, buyIndex, segments, int.MaxValue) : 0;

    /// <summary>Units of <paramref name="sell"/> that the pool takes at most, so that one more is refused; 0 while there is nothing to sell into.</summary>
    public UInt256 CapacityIn(AssetId sell, AssetId buy) =>
        CheckPair(sell, buy, out int sellIndex, out int buyIndex) == QuoteStatus.Exact ? Capacity(sellIndex, buyIndex) : UInt256.Zero;

    /// <summary>Base units of <paramref name="buy"/> per base unit of <paramref name="sell"/>, without the fee; 0 where unknown.</summary>
    public abstract double SpotRate(AssetId sell, AssetId buy);

    /// <summary><see cref="SpotRate(AssetId, AssetId)"/> of a pool of two assets.</summary>
    public double SpotRate(AssetId sell) => SpotRate(sell, Other(sell));

    /// <summary>
    /// The call that makes the swap at the pool's own contract, without a router between: its target and its data. How the input gets there
    /// (sent before, taken by a callback, pulled by allowance) is the kind's own and said beside its code.
    /// </summary>
    /// <param name="hop">The swap.</param>
    /// <param name="data">Room for the call data.</param>
    /// <param name="target">The contract to call.</param>
    /// <param name="length">Bytes written.</param>
    /// <returns>False where the pair is not the pool's or the data does not fit.</returns>
    public bool TryEncodeHop(in SwapHop hop, Span<byte> data, out Address target, out int length)
    {
        (target, length) = (default, 0);
        int sell = IndexOf(hop.Sell);
        int buy = IndexOf(hop.Buy);
        return sell >= 0 && buy >= 0 && sell != buy && TryEncode(sell, buy, in hop, data, out target, out length);
    }

    /// <summary>
    /// Virtual reserve of <paramref name="asset"/> at the present price, in base units; 0 where unknown. Weighs prices by what
    /// stands behind them.
    /// </summary>
    public abstract double DepthOf(AssetId asset);

    /// <summary>
    /// Decodes one log into an event: sets kind, subject and payload, and changes no state. The caller has checked that the log is of one
    /// of <see cref="LogSources"/>, and fills block, index and time. A pool that shares its source with others leaves theirs alone.
    /// </summary>
    /// <returns>False for a topic that does not move the state and for a malformed log; the event is then unspecified.</returns>
    public abstract bool TryReadLog(ReadOnlySpan<Hash32> topics, ReadOnlySpan<byte> data, ref MarketEvent e);

    /// <summary>Starts reading the whole state from the chain.</summary>
    public abstract IPoolSnapshot BeginSnapshot();

    /// <summary>Adds the calls whose answers <see cref="Reconciles"/> compares.</summary>
    public abstract void AppendReconcileCalls(List<PoolCall> calls);

    /// <summary>True when the chain's answers, one per appended call and in order, equal the pool's own state.</summary>
    public abstract bool Reconciles(IReadOnlyList<byte[]> results);

    public override string ToString() => $"{Kind} {Address}";

    /// <summary>Enough was applied since the reset to quote from.</summary>
    protected abstract bool HasState { get; }

    /// <summary>Back to knowing nothing.</summary>
    protected abstract void Forget();

    /// <summary>Takes an event that carries state; false where it cannot be true of this pool.</summary>
    protected abstract bool TryApplyState(in MarketEvent e);

    /// <summary>The pool is ready, both positions are its own and differ, and the amount is above zero.</summary>
    protected abstract QuoteStatus QuoteIn(int sell, int buy, in UInt256 amountIn, out SwapQuote quote);

    /// <summary>The pool is ready, both positions are its own and differ, and the amount is above zero.</summary>
    protected abstract QuoteStatus QuoteOut(int sell, int buy, in UInt256 amountOut, out SwapQuote quote);

    /// <summary>Moves the state as the swap of an exact quote on it does.</summary>
    protected abstract void TakeSwap(int sell, int buy, in SwapQuote quote);

    /// <summary>The same for the quote of an exact output.</summary>
    protected virtual void TakeSwapOut(int sell, int buy, in SwapQuote quote) => TakeSwap(sell, buy, in quote);

    /// <summary>The state was moved otherwise than by an event or a swap above.</summary>
    private protected void NoteMoved() => _version++;

    /// <summary>A pool with the same facts and its own copy of the state.</summary>
    protected abstract Pool CopyState();

    /// <summary>Takes over the state of a pool of the same kind and facts, allocating nothing; false where the kind does not.</summary>
    protected virtual bool TryTakeState(Pool original) => false;

    /// <summary>The pool is ready, both positions are its own and differ. Who asks for few pieces (<paramref name="most"/>) pays for few.</summary>
    protected abstract int Segments(int sell, int buy, Span<CurveSegment> segments, int most);

    /// <summary>The pool is ready, both positions are its own and differ. A curve of one endless piece is its own ceiling.</summary>
    protected virtual bool TryCeiling(int sell, int buy, out SwapCurve ceiling)
    {
        Span<CurveSegment> all = stackalloc CurveSegment[1];
        bool isOne = Segments(sell, buy, all, most: 1) == 1 && double.IsPositiveInfinity(all[0].MaxGrowth);
        ceiling = isOne ? new SwapCurve(all[0].Rate, all[0].Depth) : default;
        return isOne;
    }

    /// <summary>The pool is ready, both positions are its own and differ.</summary>
    protected abstract UInt256 Capacity(int sell, int buy);

    /// <summary>Both positions are the pool's own and differ.</summary>
    protected abstract bool TryEncode(int sell, int buy, in SwapHop hop, Span<byte> data, out Address target, out int length);

    private QuoteStatus CheckPair(AssetId sell, AssetId buy, out int sellIndex, out int buyIndex)
    {
        sellIndex = IndexOf(sell);
        buyIndex = IndexOf(buy);
        return sellIndex < 0 || buyIndex < 0 || sellIndex == buyIndex ? QuoteStatus.WrongAsset
            : IsReady ? QuoteStatus.Exact : QuoteStatus.NotReady;
    }
}
