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
    private readonly ushort _subject;
    private ulong _version;

    /// <param name="facts">What the contract says of itself.</param>
    /// <param name="id">Names the pool in events.</param>
    /// <param name="asset0">The asset of <see cref="PoolFacts.Token0"/>.</param>
    /// <param name="asset1">The asset of <see cref="PoolFacts.Token1"/>.</param>
    /// <exception cref="ArgumentException">The facts or the ids cannot be a pool's.</exception>
    protected Pool(PoolFacts facts, PoolId id, AssetId asset0, AssetId asset1)
    {
        if (id.IsNone || asset0.IsNone || asset1.IsNone || asset0 == asset1)
            throw new ArgumentException($"pool {facts.Address} wants an id and two different assets, found {id}, {asset0}, {asset1}");
        if (facts.FeePips >= PoolFacts.PipsPerUnit)
            throw new ArgumentException($"pool {facts.Address}: a fee of {facts.FeePips} pips leaves nothing to swap");
        Facts = facts;
        Id = id;
        Asset0 = asset0;
        Asset1 = asset1;
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

    public AssetId Asset0 { get; }

    public AssetId Asset1 { get; }

    /// <summary>A whole snapshot was applied and nothing since contradicted it.</summary>
    public bool IsReady { get; private set; }

    /// <summary>Grows with every change of state, so that an answer can name the state that it was computed on.</summary>
    public virtual ulong Version => _version;

    public bool Holds(AssetId asset) => asset == Asset0 || asset == Asset1;

    /// <summary>What is paid out for <paramref name="asset"/>; <see cref="AssetId.None"/> where the pool does not hold it.</summary>
    public AssetId Other(AssetId asset) => asset == Asset0 ? Asset1 : asset == Asset1 ? Asset0 : AssetId.None;

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
                or MarketEventKind.TickLiquidity or MarketEventKind.LiquidityChange:
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
    /// <param name="amountIn">Its base units.</param>
    /// <param name="quote">
    /// Filled as far as the pool goes: also for <see cref="QuoteStatus.InsufficientLiquidity"/>, where it tells what would be taken.
    /// </param>
    /// <returns><see cref="QuoteStatus.Exact"/>, or the reason why the quote must not be traded on.</returns>
    public QuoteStatus QuoteExactIn(AssetId sell, in UInt256 amountIn, out SwapQuote quote)
    {
        quote = default;
        if (!Holds(sell))
            return QuoteStatus.WrongAsset;
        if (!IsReady)
            return QuoteStatus.NotReady;
        return amountIn.IsZero ? QuoteStatus.ZeroAmount : QuoteReady(sell == Asset0, in amountIn, out quote);
    }

    /// <summary>A smooth stand-in for the pool at its present price, for the search; <see cref="QuoteExactIn"/> quotes money.</summary>
    /// <returns>False while there is nothing to sell into.</returns>
    public abstract bool TryGetCurve(AssetId sell, out SwapCurve curve);

    /// <summary>Base units of the other asset per base unit of <paramref name="sell"/>, without the fee; 0 where unknown.</summary>
    public abstract double SpotRate(AssetId sell);

    /// <summary>
    /// Virtual reserve of <paramref name="asset"/> at the present price, in base units; 0 where unknown. Weighs prices by what
    /// stands behind them.
    /// </summary>
    public abstract double DepthOf(AssetId asset);

    /// <summary>
    /// Decodes one of the pool's own logs into an event: sets kind, subject and payload, and changes no state. The caller
    /// has checked that the log is this address's, and fills block, index and time.
    /// </summary>
    /// <returns>False for a topic that does not move the state and for a malformed log; the event is then unspecified.</returns>
    public abstract bool TryReadLog(ReadOnlySpan<Hash32> topics, ReadOnlySpan<byte> data, ref MarketEvent e);

    /// <summary>Starts reading the whole state from the chain.</summary>
    public abstract IPoolSnapshot BeginSnapshot();

    /// <summary>Adds the calls (data for <see cref="Address"/>) whose answers <see cref="Reconciles"/> compares.</summary>
    public abstract void AppendReconcileCalls(List<byte[]> calls);

    /// <summary>True when the chain's answers, one per appended call and in order, equal the pool's own state.</summary>
    public abstract bool Reconciles(IReadOnlyList<byte[]> results);

    public override string ToString() => $"{Kind} {Address}";

    /// <summary>Enough was applied since the reset to quote from.</summary>
    protected abstract bool HasState { get; }

    /// <summary>Back to knowing nothing.</summary>
    protected abstract void Forget();

    /// <summary>Takes an event that carries state; false where it cannot be true of this pool.</summary>
    protected abstract bool TryApplyState(in MarketEvent e);

    /// <summary>The pool is ready, the asset is its own and the amount is above zero.</summary>
    protected abstract QuoteStatus QuoteReady(bool sellsAsset0, in UInt256 amountIn, out SwapQuote quote);
}
