using BenchmarkDotNet.Attributes;
using FastRebalance.Core.Assets;
using FastRebalance.Lending;

namespace FastRebalance.Benchmarks;

/// <summary>A position that can be liquidated, at a price that comes: two to five reserves, exact to the contracts' unit.</summary>
public class LendingBenchmarks
{
    private const ulong Time = 1_700_000_000;

    private readonly AccountEntry[] _entries = new AccountEntry[AccountConfiguration.MostReserves];
    private LendingMarket _market = null!;
    private LendingAccount _account = null!;
    private int _count;
    private ulong _price = 250_000_000_000;

    [Params(2, 5)]
    public int Reserves { get; set; }

    [GlobalSetup]
    public void SetUp()
    {
        _market = new LendingMarket(new LendingSites(Of(1), Of(2), Of(3), Of(4)), [.. Enumerable.Range(0, Reserves).Select(Reserve)]);
        _account = _market.Follow(Of(9));
        AccountConfiguration configuration = default;
        UInt128[] supply = new UInt128[Reserves], debt = new UInt128[Reserves];
        for (int i = 0; i < Reserves; i++)
        {
            _market.SetFeed(new PriceFeed(i, Of((byte)(16 * (i + 1))), Of(7), Of(7)), _price);
            // The last one is borrowed, the others are collateral.
            bool isDebt = i == Reserves - 1;
            configuration = isDebt ? configuration.WithBorrowing(i, true) : configuration.WithCollateral(i, true);
            (isDebt ? debt : supply)[i] = (UInt128)1_234_567_890_123_456_789 * (isDebt ? 1u : 3u);
        }
        _account.Reset(configuration, 0, supply, debt);
        _market.Fill(_account, Time + 12, _entries, out _count);
    }

    /// <summary>At every price: the account's entries stand, one price is another.</summary>
    [Benchmark]
    public UInt256 HealthFactor()
    {
        AccountMath.HealthFactor(_entries.AsSpan(0, _count), _market.Prices, 0, ++_price, out UInt256 healthFactor);
        return healthFactor;
    }

    /// <summary>At every block: interest up to its time, then the entries.</summary>
    [Benchmark]
    public LendingStatus Fill() => _market.Fill(_account, Time + 12, _entries, out _);

    /// <summary>After a block: the edge of liquidation.</summary>
    [Benchmark]
    public UInt256 PriceAtHealthFactor()
    {
        AccountMath.PriceAtHealthFactor(_entries.AsSpan(0, _count), _market.Prices, 0, WadRay.Wad, out UInt256 price);
        return price;
    }

    private static LendingReserve Reserve(int id)
    {
        ReserveConfiguration configuration = new ReserveConfiguration((UInt256)18UL << 48).WithCollateral(8_000, 8_300, 10_500).WithActive(true);
        byte first = (byte)(16 * (id + 1));
        return new LendingReserve(new ReserveFacts(id, Of(first), Of((byte)(first + 1)), Of((byte)(first + 2)), Of((byte)(first + 3)), null), new ReserveState
        {
            Configuration = configuration, LastUpdate = Time, LiquidityIndex = (UInt128)WadRay.Ray + 123_456_789_012_345, BorrowIndex = (UInt128)WadRay.Ray + 987_654_321_098_765,
            Rates = new ReserveRates((UInt128)WadRay.Ray / 50, (UInt128)WadRay.Ray / 30),
        });
    }

    private static Address Of(byte last)
    {
        byte[] bytes = new byte[Address.Length];
        (bytes[0], bytes[^1]) = (0xaa, last);
        return new Address(bytes);
    }
}
