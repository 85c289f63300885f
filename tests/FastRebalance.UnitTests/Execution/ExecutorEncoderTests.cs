using FastRebalance.Amm;
using FastRebalance.Core.Assets;
using FastRebalance.Core.Events;
using FastRebalance.Ethereum.Contracts;
using FastRebalance.Ethereum.Encoding;
using FastRebalance.Execution.Transactions;

namespace FastRebalance.UnitTests.Execution;

public sealed class ExecutorEncoderTests
{
    private const int Head = AbiSelector.Length + 5 * AbiWriter.WordLength;
    private static readonly Address Executor = World.Token(0xee);
    private static readonly UInt256 Q96 = UInt256.One << 96;
    private static readonly ExecutorEncoder Encoder = new(Executor, World.Assets, World.Pools, minFillBps: 5_000, usesPermit2: false);

    [Fact]
    public void TryEncode_OneHop_StandsAloneWithItsLimitAndItsLeastFill()
    {
        OrderLeg leg = World.Leg(World.A, World.B, 1001, 990, World.V3AB) with { KeepBalance = 77 };

        UInt256[][] legs = Encode(leg);

        Assert.Equal(
            Words(2, 0x31, 0xa1, 0xb2, 1001, 77, 990 * Q96 / 1001, 501), Assert.Single(legs));
    }

    [Fact]
    public void TryEncode_V2Hop_TellsThePairsFee() =>
        Assert.Equal(1 | 3000UL << 16, Assert.Single(Encode(World.Leg(World.C, World.B, 5, 4, World.V2BC)))[0]);

    [Fact]
    public void TryEncode_SeveralHops_AreAChainJudgedAtItsEnd()
    {
        UInt256[][] legs = Encode(World.Leg(World.A, World.C, 1000, 970, World.V3AB, World.V2BC));

        Assert.Equal(Words(2, 0x31, 0xa1, 0xb2, 1000, 0, 0, 1000), legs[0]);
        Assert.Equal(Words(1 | 1 << 8 | 3000UL << 16, 0x22, 0xb2, 0xc3, UInt256.MaxValue, 0, 970 * Q96 / 1000, 1), legs[1]);
        Assert.Equal(2, legs.Length);
    }

    [Fact]
    public void TryEncode_DecisionAndDeadline_StandFirst()
    {
        byte[] data = new byte[Encoder.MaxLength(1)];
        Assert.Equal(EncodeStatus.Encoded, Encoder.TryEncode(42, 1_000, 2_000, [World.Leg(World.A, World.B, 10, 9, World.V3AB)], data, out int length));

        AbiReader reader = new(data.AsSpan(AbiSelector.Length, length - AbiSelector.Length));
        Assert.True(reader.TryReadUInt64(out ulong decision) & reader.TryReadUInt64(out ulong block) & reader.TryReadUInt64(out ulong time));
        Assert.Equal((42UL, 1_000UL, 2_000UL), (decision, block, time));
        Assert.True(ExecutorCalls.TryReadMaxTime(data.AsSpan(0, length), out ulong read));
        Assert.Equal(2_000UL, read);
    }

    [Fact]
    public void TryEncode_DecisionSpace_StandsAboveTheOrdersId()
    {
        ExecutorEncoder encoder = new(Executor, World.Assets, World.Pools, 1, usesPermit2: false, decisionSpace: 0xabc);
        byte[] data = new byte[encoder.MaxLength(1)];
        Assert.Equal(EncodeStatus.Encoded, encoder.TryEncode(42, 1, 1, [World.Leg(World.A, World.B, 10, 9, World.V3AB)], data, out _));

        Assert.Equal(((UInt256)0xabcUL << 64) + 42, UInt256.ReadBigEndian(data.AsSpan(AbiSelector.Length, 32)));
    }

    [Fact]
    public void TryEncode_UnderAnIntent_IsTheFillThatHoldsIt()
    {
        SignedIntent signed = new(new ExecutorIntent(1, 2, 3, [new ExecutorLimit(World.Assets[0], World.Assets[1], 4, 5, 6)]), new byte[65]);
        ExecutorEncoder encoder = new(Executor, World.Assets, World.Pools, 5_000, usesPermit2: false, signed);
        OrderLeg leg = World.Leg(World.A, World.B, 1000, 990, World.V3AB);
        byte[] data = new byte[encoder.MaxLength(1)];

        Assert.Equal(EncodeStatus.Encoded, encoder.TryEncode(7, 8, 9, [leg], data, out int length));

        byte[] plain = new byte[Encoder.MaxLength(1)];
        Encoder.TryEncode(7, 8, 9, [leg], plain, out int plainLength);
        ExecutorLeg[] legs =
        [
            new()
            {
                Venue = ExecutorVenue.UniswapV3, Pool = World.Token(0x31), TokenIn = World.Assets[0], TokenOut = World.Assets[1], MaxIn = 1000,
                LimitPriceX96 = 990 * Q96 / 1000, MinFill = 500,
            },
        ];
        Assert.Equal(ExecutorCalls.Exec(7, 8, 9, legs), plain[..plainLength]);
        Assert.Equal(ExecutorCalls.Fill(7, 8, 9, legs, default, signed.Intent, signed.Signature.Span), data[..length]);
    }

    // At most the leg's minimum itself passes: the contract judges out * 2^96 >= in * limit.
    [Theory]
    [InlineData(1_000, 990)]
    [InlineData(3, 1)]
    [InlineData(1, 1_000_000)]
    [InlineData(999_999_999_999, 7)]
    public void TryEncode_Limit_IsTheMinimumToTheUnit(ulong amountIn, ulong minimum)
    {
        UInt256 limit = Encode(World.Leg(World.A, World.B, amountIn, minimum, World.V3AB))[0][6];

        Assert.True(minimum * Q96 >= amountIn * limit);
        Assert.False((minimum - 1) * Q96 >= amountIn * limit);
    }

    [Fact]
    public void TryEncode_LimitOfAHugeAmount_IsRoundedAgainstThePool()
    {
        OrderLeg leg = World.Leg(World.A, World.B, 1, 1, World.V3AB) with { AmountIn = (UInt256.One << 100) + 1, MinimumOut = 12_345 };

        UInt256 limit = Encode(leg)[0][6];

        Assert.True(UInt256.TryMulDivRoundingUp(leg.MinimumOut, Q96, leg.AmountIn, out UInt256 wanted));
        Assert.Equal(wanted, limit);
    }

    [Fact]
    public void TryEncode_Permit2_IsSaidInEveryLegThatTakesFromTheVault()
    {
        ExecutorEncoder encoder = new(Executor, World.Assets, World.Pools, 10_000, usesPermit2: true);
        UInt256[][] legs = Encode(encoder, World.Leg(World.A, World.C, 1000, 970, World.V3AB, World.V3BC));
        Assert.Equal([2 | 2UL << 8, 2 | 3UL << 8], legs.Select(leg => (ulong)leg[0]));
    }

    [Fact]
    public void TryEncode_PoolsOfOtherKinds_AreNamedAsTheContractKnowsThem()
    {
        Address wrapped = World.Assets[0];
        PoolFacts v4 = new(UniswapV4Pool.KindName, World.Token(0x44), World.Assets[0], World.Assets[1], 500)
        {
            Parameters = new Dictionary<string, string>
            {
                ["currency0"] = Address.Zero.ToString(), ["currency1"] = World.Assets[1].ToString(), ["fee"] = "500", ["tickSpacing"] = "10", ["native"] = wrapped.ToString(),
            },
        };
        PoolFacts balancer = new(BalancerWeightedPool.KindName, World.Token(0xba), World.Assets[0], World.Assets[1], 0) { FurtherTokens = [World.Assets[2]] };
        ExecutorEncoder encoder = new(Executor, World.Assets, [v4, balancer], 10_000, usesPermit2: false);

        OrderLeg through = World.Leg(World.C, World.B, 10, 9);
        through.SetHop(0, PoolId.FromIndex(1), World.C);
        through.SetHop(1, PoolId.FromIndex(0), World.A);
        UInt256[][] legs = Encode(encoder, through);

        Assert.Equal(Words(4, 0xba, 0xc3, 0xa1), legs[0][..4]);
        Assert.Equal(Words(3 | 5UL << 8 | 500UL << 16 | 10UL << 40, 0, 0xa1, 0xb2), legs[1][..4]);
        Assert.Equal(3, ExecutorEncoder.MarketsOf(balancer).Distinct().Count()); // of three tokens, each two
    }

    [Fact]
    public void TryEncode_LegsThatCannotBe_AreRefusedByName()
    {
        OrderLeg good = World.Leg(World.A, World.B, 10, 9, World.V3AB);
        Assert.Equal(EncodeStatus.NoLegs, Status());
        Assert.Equal(EncodeStatus.UnknownAsset, Status(good with { Sell = AssetId.FromIndex(9) }));
        Assert.Equal(EncodeStatus.UnknownAsset, Status(good with { Buy = AssetId.None }));
        Assert.Equal(EncodeStatus.UnknownPool, Status(good with { Pool0 = PoolId.None }));
        Assert.Equal(EncodeStatus.UnknownPool, Status(good with { Pool0 = PoolId.FromIndex(9) }));
        Assert.Equal(EncodeStatus.BrokenPath, Status(good with { Pool0 = World.V3BC }));
        Assert.Equal(EncodeStatus.BrokenPath, Status(good with { Buy = World.C }));
        Assert.Equal(EncodeStatus.ZeroAmount, Status(good with { AmountIn = 0 }));
        Assert.Equal(EncodeStatus.NoMinimum, Status(good with { MinimumOut = 0 }));
        Assert.Equal(EncodeStatus.TooManyLegs, Status([.. Enumerable.Repeat(good, 65)]));
        Assert.Equal(EncodeStatus.BufferTooShort, Encoder.TryEncode(1, 1, 1, [good], new byte[100], out int length));
        Assert.Equal(0, length);
        Assert.Throws<ArgumentException>(() => new ExecutorEncoder(Executor, World.Assets, [World.Pools[0] with { Kind = "curve-stable" }], 1, false));
        Assert.Throws<ArgumentException>(() => new ExecutorEncoder(Executor, World.Assets, World.Pools, 0, false));
    }

    [Fact]
    public void TryEncode_AgainAndAgain_AllocatesNothing()
    {
        OrderLeg[] legs = [World.Leg(World.A, World.C, 1000, 970, World.V3AB, World.V2BC), World.Leg(World.A, World.B, 10, 9, World.V3AB)];
        byte[] data = new byte[Encoder.MaxLength(legs.Length)];
        long least = long.MaxValue;
        for (int round = 0; round < 5; round++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < 1_000; i++)
                Encoder.TryEncode(1, 1, 1, legs, data, out _);
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }
        Assert.Equal(0, least);
    }

    private static EncodeStatus Status(params OrderLeg[] legs) => Encoder.TryEncode(1, 1, 1, legs, new byte[Encoder.MaxLength(legs.Length)], out _);

    private static UInt256[][] Encode(OrderLeg leg) => Encode(Encoder, leg);

    /// <summary>The words of each leg that the contract is told of.</summary>
    private static UInt256[][] Encode(ExecutorEncoder encoder, OrderLeg leg)
    {
        byte[] data = new byte[encoder.MaxLength(1)];
        Assert.Equal(EncodeStatus.Encoded, encoder.TryEncode(1, 1, 1, [leg], data, out int length));
        int count = (int)(ulong)UInt256.ReadBigEndian(data.AsSpan(Head, 32));
        Assert.Equal(ExecutorCalls.ExecLength(count, 0), length);
        return [.. Enumerable.Range(0, count).Select(index => Enumerable.Range(0, 8)
            .Select(word => UInt256.ReadBigEndian(data.AsSpan(Head + 32 + (index * 8 + word) * 32, 32))).ToArray())];
    }

    private static UInt256[] Words(params UInt256[] words) => words;
}
