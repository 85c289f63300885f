using BenchmarkDotNet.Attributes;
using FastRebalance.Amm;
using FastRebalance.Core.Assets;
using FastRebalance.Core.Events;
using FastRebalance.Core.Results;
using FastRebalance.Native;
using FastRebalance.Routing.Quotes;

namespace FastRebalance.Benchmarks;

/// <summary>
/// One exact quote of a constant-product pair, in batches and by the pools themselves: what dividing numbers of 128 bits and more in C
/// saves, and from what size of a batch on. All three give the same units, or the suite does not begin.
/// </summary>
public class QuoteBatchV2Benchmarks
{
    /// <summary>Quotes of one call.</summary>
    public const int Quotes = 256;

    private static readonly AssetId s_sold = AssetId.FromIndex(0);

    private readonly UniswapV2Pool[] _pools = new UniswapV2Pool[Quotes];
    private readonly UInt256[] _amounts = new UInt256[Quotes];
    private readonly V2QuoteRequest[] _requests = new V2QuoteRequest[Quotes];
    private readonly V2Quote[] _quotes = new V2Quote[Quotes];
    private readonly ManagedQuoteBatch _managed = new();
    private NativeQuoteBatch? _native;

    /// <summary>Quotes that are asked for at once.</summary>
    [Params(1, 256)]
    public int Batch { get; set; }

    [GlobalSetup]
    public void SetUp()
    {
        Random random = new(1);
        for (int i = 0; i < Quotes; i++)
        {
            _pools[i] = MakePool(random);
            _amounts[i] = Units(random, 1e18);
            QuoteRequests.TryMake(_pools[i], s_sold, in _amounts[i], out _requests[i]);
        }
        _native = AmmQuotes.IsAvailable(out _) ? new NativeQuoteBatch() : null;
        if (Managed() != Pools() || (_native is not null && Native() != Managed()))
            throw new InvalidOperationException("the ways to a quote differ: run the tests of QuoteBatch");
    }

    [Benchmark(OperationsPerInvoke = Quotes, Baseline = true)]
    public long Managed() => Quote(_managed);

    [Benchmark(OperationsPerInvoke = Quotes)]
    public long Native() => Quote(_native ?? throw new PlatformNotSupportedException("the native library is missing: ./build.sh native"));

    /// <summary>As the path search and the planner quote: the pool itself, by its own state.</summary>
    [Benchmark(OperationsPerInvoke = Quotes)]
    public long Pools()
    {
        UInt256 sum = UInt256.Zero;
        for (int i = 0; i < Quotes; i++)
            if (_pools[i].QuoteExactIn(s_sold, in _amounts[i], out SwapQuote quote) == QuoteStatus.Exact)
                sum = UInt256.WrappingAdd(sum, quote.AmountOut);
        return (long)sum.Limb0;
    }

    private long Quote(IQuoteBatch batch)
    {
        for (int i = 0; i < Quotes; i += Batch)
            batch.TryQuoteV2(_requests.AsSpan(i, Batch), _quotes.AsSpan(i, Batch));
        UInt128 sum = 0;
        foreach (ref readonly V2Quote quote in _quotes.AsSpan())
            sum += quote.AmountOut;
        return (long)(ulong)sum;
    }

    private static UniswapV2Pool MakePool(Random random)
    {
        PoolId id = PoolId.FromIndex(0);
        UniswapV2Pool pool = new(new PoolFacts(UniswapV2Pool.KindName, default, default, default, 3_000), id, [s_sold, AssetId.FromIndex(1)]);
        pool.Apply(new MarketEvent
        {
            Kind = MarketEventKind.Reserves,
            Subject = id.Value,
            Reserves = new PoolReserves { Reserve0 = Units(random, 1e22), Reserve1 = Units(random, 1e22) },
        });
        pool.Apply(new MarketEvent { Kind = MarketEventKind.PoolReady, Subject = id.Value });
        return pool;
    }

    private static UInt256 Units(Random random, double about)
    {
        UInt256.TryFromDoubleFloor(about * Math.Pow(100, random.NextDouble()), out UInt256 units);
        return units;
    }
}
