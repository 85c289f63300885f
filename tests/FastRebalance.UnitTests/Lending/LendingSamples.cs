using FastRebalance.Core.Assets;
using FastRebalance.Lending;
using FastRebalance.Lending.Logs;

namespace FastRebalance.UnitTests.Lending;

/// <summary>A market of WETH and USDC at index 1 and no interest, and an account in it.</summary>
internal static class LendingSamples
{
    public const int Weth = 0;
    public const int Usdc = 1;
    public const ulong Time = 1_700_000_000;

    public static readonly Address Owner = Of(0x99);
    public static readonly LendingSites Sites = new(Of(1), Of(2), Of(3), Of(4));
    public static readonly Address WethAggregator = Of(0x1f);

    public static LendingMarket Market(ulong wethPrice = 1_000, uint thresholdBps = 8_250, uint protocolFeeBps = 0)
    {
        ReserveConfiguration on = default(ReserveConfiguration).WithActive(true).WithBorrowing(true).WithReserveFactor(1_000)
            .WithLiquidationProtocolFee(protocolFeeBps);
        LendingMarket market = new(Sites,
        [
            Reserve(Weth, 18, on.WithCollateral(8_000, thresholdBps, 10_500)),
            Reserve(Usdc, 6, on.WithCollateral(7_500, 7_800, 10_450)),
        ]);
        market.SetFeed(new PriceFeed(Weth, AssetOf(Weth), WethAggregator, WethAggregator), Dollars(wethPrice));
        market.SetFeed(new PriceFeed(Usdc, AssetOf(Usdc), Of(0x2f), Of(0x2f)), Dollars(1));
        return market;
    }

    /// <summary>Supplies the one, owes the other.</summary>
    public static LendingAccount Account(LendingMarket market, UInt256 wethSupply, UInt256 usdcDebt)
    {
        LendingAccount account = market.Follow(Owner);
        AccountConfiguration configuration = default(AccountConfiguration).WithCollateral(Weth, !wethSupply.IsZero).WithBorrowing(Usdc, !usdcDebt.IsZero);
        account.Reset(configuration, 0, [(UInt128)wethSupply], [0, (UInt128)usdcDebt]);
        market.Reserve(Weth).State.ScaledSupply = (UInt128)wethSupply;
        market.Reserve(Usdc).State.ScaledDebt = (UInt128)usdcDebt;
        return account;
    }

    public static UInt256 Ether(double amount) => (UInt256)(ulong)Math.Round(amount * 1e6) * UInt256.PowerOfTen(12);

    public static UInt256 Usd(double amount) => (UInt256)(ulong)Math.Round(amount * 1e6);

    public static UInt256 Dollars(ulong price) => (UInt256)price * UInt256.PowerOfTen(8);

    public static Address AssetOf(int reserve) => Of((byte)(0x10 * (reserve + 1)));

    public static LendingReserve Reserve(int id, int decimals, ReserveConfiguration configuration)
    {
        byte first = (byte)(0x10 * (id + 1));
        RateStrategy strategy = new() { OptimalUsage = WadRay.Ray / 10 * 8, BaseRate = default, Slope1 = WadRay.Ray / 25, Slope2 = WadRay.Ray / 2 };
        ReserveFacts facts = new(id, Of(first), Of((byte)(first + 1)), Of((byte)(first + 2)), Of((byte)(first + 3)), strategy);
        return new LendingReserve(facts, new ReserveState
        {
            Configuration = new ReserveConfiguration(configuration.Data | ((UInt256)(ulong)decimals << 48)),
            LiquidityIndex = (UInt128)WadRay.Ray, BorrowIndex = (UInt128)WadRay.Ray, LastUpdate = Time, Available = UInt256.PowerOfTen(decimals + 9),
        });
    }

    public static Address Of(byte last)
    {
        byte[] bytes = new byte[Address.Length];
        (bytes[0], bytes[^1]) = (0xaa, last);
        return new Address(bytes);
    }

    public static LendingLogStatus Apply(this LendingMarket market, LendingEvent e) => market.Apply(in e);
}
