using FastRebalance.Core.Assets;
using FastRebalance.Core.Events;
using FastRebalance.Ethereum.Contracts;
using FastRebalance.Execution;
using FastRebalance.Execution.Presigning;
using FastRebalance.Execution.Transactions;
using FastRebalance.Tests;

namespace FastRebalance.UnitTests.Execution;

/// <summary>Orders of a portfolio that borrows, as the contract is told of them. A and B are reserves, C is none.</summary>
public sealed class LeveragedEncoderTests
{
    private static readonly Address Executor = World.Token(0xee);
    private static readonly UInt256 Q96 = UInt256.One << 96;

    private static readonly LendingSetup Lending = new()
    {
        Pool = World.Token(0xaa),
        HealthFloorWad = LendingSetup.WadOf(1.05),
        HealthCeilingWad = LendingSetup.WadOf(3),
        Reserves = [new ReserveTokens(World.Token(1), World.Token(2)), new ReserveTokens(World.Token(3), World.Token(4)), default],
    };

    private static readonly ExecutorEncoder Encoder = Make(World.Assets, Lending);

    [Fact]
    public void TryEncode_OneLeg_TakesWhatItSellsAndPutsAllElseIn()
    {
        OrderLeg leg = World.Leg(World.B, World.A, 1_001, 990, World.V3AB) with { KeepBalance = 77 };

        Assert.Equal(
            Expected(
                [Swap(0x31, World.B, World.A, 1_001, keep: 0, limit: 990 * Q96 / 1_001, minFill: 500)],
                [new(World.Assets[0], 0, UInt256.MaxValue), new(World.Assets[1], 1_001, UInt256.MaxValue)]),
            Encode(Encoder, leg));
    }

    [Fact]
    public void TryEncode_SeveralLegs_TakeTheSumOfWhatTheySell()
    {
        byte[] data = Encode(
            Encoder, World.Leg(World.A, World.B, 10, 9, World.V3AB), World.Leg(World.A, World.B, 20, 18, World.V3AB), World.Leg(World.B, World.A, 5, 4, World.V3AB));

        Assert.Equal(
            Expected(
                [
                    Swap(0x31, World.A, World.B, 10, 0, 9 * Q96 / 10, 5), Swap(0x31, World.A, World.B, 20, 0, 18 * Q96 / 20, 10),
                    Swap(0x31, World.B, World.A, 5, 0, 4 * Q96 / 5, 2),
                ],
                [new(World.Assets[0], 30, UInt256.MaxValue), new(World.Assets[1], 5, UInt256.MaxValue)]),
            data);
    }

    // The market may bring out a unit less than it is asked for; nothing of it may be lost on that.
    [Fact]
    public void TryEncode_Chain_MaySellAUnitLess()
    {
        byte[] data = Encode(Encoder, World.Leg(World.A, World.C, 1_000, 970, World.V3AB, World.V2BC));

        ExecutorLeg second = Swap(0x22, World.B, World.C, UInt256.MaxValue, 0, 970 * Q96 / 1_000, 1) with
        {
            Venue = ExecutorVenue.UniswapV2, FeePips = 3_000, Flags = ExecutorLegFlags.Chained,
        };
        Assert.Equal(
            Expected(
                [Swap(0x31, World.A, World.B, 1_000, 0, 0, 999), second],
                [new(World.Assets[0], 1_000, UInt256.MaxValue), new(World.Assets[2], 0, UInt256.MaxValue)]),
            data);
    }

    // Nothing is swapped: what may stay outside says what goes in.
    [Fact]
    public void TryEncode_Move_IsACallWithoutLegs()
    {
        OrderLeg move = new() { Sell = World.A, Buy = World.A, AmountIn = 30, ExpectedOut = 30, MinimumOut = 30, KeepBalance = 12 };

        Assert.Equal(Expected([], [new(World.Assets[0], 0, 12)]), Encode(Encoder, move));
    }

    [Fact]
    public void TryEncode_MoveOfWhatIsNoReserve_IsRefused()
    {
        OrderLeg move = new() { Sell = World.C, Buy = World.C, AmountIn = 30, ExpectedOut = 30, MinimumOut = 30 };

        Assert.Equal(EncodeStatus.NotAReserve, Encoder.TryEncode(1, 1, 1, [move], new byte[4_096], out _));
    }

    [Fact]
    public void TryEncode_AssetThatIsNoReserve_ComesFromTheVaultItself()
    {
        OrderLeg leg = World.Leg(World.C, World.B, 100, 90, World.V3BC) with { KeepBalance = 55 };

        Assert.Equal(
            Expected(
                [Swap(0x32, World.C, World.B, 100, keep: 55, limit: 90 * Q96 / 100, minFill: 50)],
                [new(World.Assets[1], 0, UInt256.MaxValue), new(World.Assets[2], 0, UInt256.MaxValue)]),
            Encode(Encoder, leg));
    }

    [Fact]
    public void TryEncode_AssetsInAnyOrder_AreEntriesInThatOfTheirAddresses()
    {
        Address[] backwards = [World.Assets[1], World.Assets[0], World.Assets[2]];
        ExecutorEncoder encoder = Make(backwards, Lending);
        AssetId b = World.A, a = World.B;

        Assert.Equal(
            Expected(
                [Swap(0x31, World.A, World.B, 10, 0, 9 * Q96 / 10, 5)],
                [new(World.Assets[0], 10, UInt256.MaxValue), new(World.Assets[1], 0, UInt256.MaxValue)]),
            Encode(encoder, World.Leg(a, b, 10, 9, World.V3AB)));
    }

    // A rung that sells less takes less out: what the foreseen order would have kept is no matter of the vault's own balance.
    [Fact]
    public void TryEncode_RungOfALesserSize_TakesOutWhatItSells()
    {
        OrderLeg foreseen = World.Leg(World.B, World.A, 1_000, 990, World.V3AB) with { KeepBalance = 40, ExpectedOut = 1_000 };
        Assert.True(RungLegs.TryScale(in foreseen, 6_000, 0, out OrderLeg rung));

        Assert.Equal(
            Expected(
                [Swap(0x31, World.B, World.A, 600, keep: 0, limit: 594 * Q96 / 600, minFill: 300)],
                [new(World.Assets[0], 0, UInt256.MaxValue), new(World.Assets[1], 600, UInt256.MaxValue)]),
            Encode(Encoder, rung));
    }

    [Fact]
    public void TryEncode_AgainAndAgain_AllocatesNothing()
    {
        OrderLeg[] legs = [World.Leg(World.A, World.C, 1_000, 970, World.V3AB, World.V2BC), World.Leg(World.A, World.B, 10, 9, World.V3AB)];
        byte[] data = new byte[Encoder.MaxLength(legs.Length)];
        AllocationWatch watch = new();
        while (watch.Next())
            for (int i = 0; i < 1_000; i++)
                Encoder.TryEncode(1, 1, 1, legs, data, out _);
        Assert.Equal(0, watch.LeastBytes);
    }

    [Fact]
    public void TryEncode_BufferOfALegLess_IsTooShort()
    {
        OrderLeg leg = World.Leg(World.A, World.C, 1_000, 970, World.V3AB, World.V2BC);
        int length = Encode(Encoder, leg).Length;

        Assert.True(length <= Encoder.MaxLength(1));
        Assert.Equal(EncodeStatus.BufferTooShort, Encoder.TryEncode(1, 1, 1, [leg], new byte[length - 1], out int written));
        Assert.Equal(0, written);
        Assert.True(ExecutorCalls.TryReadMaxTime(Encode(Encoder, leg), out ulong time));
        Assert.Equal(3UL, time);
    }

    [Theory]
    [InlineData(1.05, "1050000000000000000")]
    [InlineData(1.1, "1100000000000000000")]
    [InlineData(2.3000000001, "2300000000000000000")]
    public void WadOf_HealthFactor_IsExactToAThousandMillionth(double health, string wad) =>
        Assert.Equal(UInt256.Parse(wad), LendingSetup.WadOf(health));

    [Fact]
    public void WadOf_NoLimit_IsTheGreatestNumber() => Assert.Equal(UInt256.MaxValue, LendingSetup.WadOf(double.PositiveInfinity));

    [Fact]
    public void Validate_LendingThatCannotBe_IsRefusedByName()
    {
        ExecutionSetup good = new()
        {
            ChainId = 1, Account = World.Token(0xdd), Executor = Executor, Assets = World.Assets, Pools = World.Pools, MaxFeePerGasWei = 1, Lending = Lending,
        };
        good.Validate();
        SignedIntent signed = new(new ExecutorIntent(1, 2, 3, []), new byte[65]);
        (string Why, ExecutionSetup Setup)[] cases =
        [
            ("no executor", good with { Executor = Address.Zero, Router = World.Token(9) }),
            ("Permit2", good with { Permit2 = World.Token(8) }),
            ("an intent", good with { Intent = signed }),
            ("Lending.Pool", good with { Lending = Lending with { Pool = Address.Zero } }),
            ("the health factor", good with { Lending = Lending with { HealthFloorWad = 0 } }),
            ("the health factor", good with { Lending = Lending with { HealthCeilingWad = 5 } }),
            ("Lending.Reserves", good with { Lending = Lending with { Reserves = [default] } }),
        ];
        foreach ((string why, ExecutionSetup setup) in cases)
            Assert.Contains(why, Assert.Throws<ArgumentException>(setup.Validate).Message, StringComparison.Ordinal);
    }

    private static ExecutorEncoder Make(Address[] assets, LendingSetup lending) =>
        new(Executor, assets, World.Pools, minFillBps: 5_000, usesPermit2: false, lending: lending);

    private static byte[] Encode(ExecutorEncoder encoder, params OrderLeg[] legs)
    {
        byte[] data = new byte[encoder.MaxLength(legs.Length)];
        Assert.Equal(EncodeStatus.Encoded, encoder.TryEncode(1, 2, 3, legs, data, out int length));
        return data[..length];
    }

    private static byte[] Expected(ExecutorLeg[] legs, ExecutorLendingEntry[] entries) =>
        ExecutorCalls.Leveraged(1, 2, 3, legs, new ExecutorLending(LendingSetup.WadOf(1.05), LendingSetup.WadOf(3), entries));

    private static ExecutorLeg Swap(byte pool, AssetId sell, AssetId buy, UInt256 amount, UInt256 keep, UInt256 limit, UInt256 minFill) => new()
    {
        Venue = ExecutorVenue.UniswapV3, Pool = World.Token(pool), TokenIn = World.Assets[sell.Index], TokenOut = World.Assets[buy.Index], MaxIn = amount,
        KeepBalance = keep, LimitPriceX96 = limit, MinFill = minFill,
    };
}
