using BenchmarkDotNet.Attributes;
using FastRebalance.Amm;
using FastRebalance.Amm.UniswapV3;
using FastRebalance.Core.Assets;
using FastRebalance.Core.Events;
using FastRebalance.Core.Results;
using FastRebalance.Native;
using FastRebalance.Routing.Quotes;

namespace FastRebalance.Benchmarks;

/// <summary>
/// One exact quote of a concentrated pool that stays inside a range, in batches and by the pools themselves: what dividing numbers of 128
/// bits and more in C saves, and from what size of a batch on. All three give the same units, or the suite does not begin.
/// </summary>
public class QuoteBatchV3Benchmarks
{
    /// <summary>Quotes of one call.</summary>
    public const int Quotes = 256;

    private const int Spacing = 60;
    private const int Reach = 100 * Spacing;
    private const int MostStops = 8;

    private static readonly AssetId s_sold = AssetId.FromIndex(0);

    private readonly UniswapV3Pool[] _pools = new UniswapV3Pool[Quotes];
    private readonly UInt256[] _amounts = new UInt256[Quotes];
    private readonly V3QuoteRequest[] _requests = new V3QuoteRequest[Quotes];
    private readonly V3Stop[] _stops = new V3Stop[Quotes * MostStops];
    private readonly V3Quote[] _quotes = new V3Quote[Quotes];
    private readonly ManagedQuoteBatch _managed = new();
    private NativeQuoteBatch? _native;

    /// <summary>Quotes that are asked for at once.</summary>
    [Params(1, 256)]
    public int Batch { get; set; }

    [GlobalSetup]
    public void SetUp()
    {
        Random random = new(1);
        ConcentratedStop[] scratch = new ConcentratedStop[MostStops];
        for (int i = 0; i < Quotes; i++)
        {
            _pools[i] = MakePool(random);
            UInt256.TryFromDoubleFloor(1e18 * Math.Pow(100, random.NextDouble()), out _amounts[i]);
            int first = i * MostStops;
            int count = QuoteRequests.WriteStops(_pools[i], s_sold, scratch, _stops.AsSpan(first, MostStops));
            QuoteRequests.TryMake(_pools[i], s_sold, in _amounts[i], first, count, out _requests[i]);
        }
        _native = AmmQuotes.IsAvailable(out _) ? new NativeQuoteBatch() : null;
        if (Managed() != Pools() || (_native is not null && Native() != Managed()) || _quotes.Any(quote => quote.StopsPassed != 0))
            throw new InvalidOperationException("the ways to a quote differ, or one leaves its range: run the tests of QuoteBatch");
    }

    [Benchmark(OperationsPerInvoke = Quotes, Baseline = true)]
    public long Managed() => Quote(_managed);

    [Benchmark(OperationsPerInvoke = Quotes)]
    public long Native() => Quote(_native ?? throw new PlatformNotSupportedException("the native library is missing: ./build.sh native"));

    /// <summary>As the path search and the planner quote: the pool itself, by its own state.</summary>
    [Benchmark(OperationsPerInvoke = Quotes)]
    public long Pools()
    {
        ulong sum = 0;
        for (int i = 0; i < Quotes; i++)
            if (_pools[i].QuoteExactIn(s_sold, in _amounts[i], out SwapQuote quote) == QuoteStatus.Exact)
                sum = unchecked(sum + quote.AmountOut.Limb0);
        return (long)sum;
    }

    private long Quote(IQuoteBatch batch)
    {
        for (int i = 0; i < Quotes; i += Batch)
            batch.TryQuoteV3(_requests.AsSpan(i, Batch), _stops, _quotes.AsSpan(i, Batch));
        ulong sum = 0;
        foreach (ref readonly V3Quote quote in _quotes.AsSpan())
            sum = unchecked(sum + quote.AmountOut.Limb0);
        return (long)sum;
    }

    private static UniswapV3Pool MakePool(Random random)
    {
        PoolId id = PoolId.FromIndex(0);
        int tick = random.Next(-20, 20) * Spacing + 1 + random.Next(Spacing - 1);
        int centre = tick / Spacing * Spacing;
        PoolFacts facts = new(UniswapV3Pool.KindName, default, default, default, 3_000, Spacing);
        UniswapV3Pool pool = new(facts, id, [s_sold, AssetId.FromIndex(1)]);
        MarketEvent[] events =
        [
            new()
            {
                Kind = MarketEventKind.Concentrated,
                Concentrated = new ConcentratedState { SqrtPriceX96 = TickMath.SqrtRatioAtTick(tick), Tick = tick },
            },
            new()
            {
                Kind = MarketEventKind.LiquidityChange,
                Liquidity = new LiquidityChange { TickLower = centre - Reach, TickUpper = centre + Reach, Delta = (Int128)1e24 },
            },
            new() { Kind = MarketEventKind.PoolReady },
        ];
        foreach (ref MarketEvent e in events.AsSpan())
        {
            e.Subject = id.Value;
            pool.Apply(in e);
        }
        return pool;
    }
}
