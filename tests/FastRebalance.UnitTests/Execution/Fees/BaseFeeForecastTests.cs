using System.Numerics;
using FastRebalance.Ethereum.Chains;
using FastRebalance.Ethereum.Encoding;
using FastRebalance.Execution.Fees;
using FastRebalance.Tests;

namespace FastRebalance.UnitTests.Execution.Fees;

public sealed class BaseFeeForecastTests
{
    private static readonly BaseFeeForecast s_ethereum = new(BaseFeeRules.Ethereum);

    [Theory]
    [InlineData(10_000_000, 1_000_000_000)]
    [InlineData(9_000_000, 987_500_000)]
    [InlineData(11_000_000, 1_012_500_000)]
    [InlineData(20_000_000, 1_125_000_000)]
    [InlineData(0, 875_000_000)]
    public void Next_HeadOf20MillionGas_FollowsTheGasUsed(ulong gasUsed, ulong next) =>
        Assert.Equal(next, s_ethereum.Next(1_000_000_000, gasUsed, 20_000_000));

    [Fact]
    public void Next_ChainFile_GivesTheBaseFeeOfEveryBlock()
    {
        RlpReader reader = new(File.ReadAllBytes(SharedFiles.PathOf("vectors", "ethereum", "execution-apis", "tests", "chain.rlp")));
        ulong? expected = null;
        int checkedBlocks = 0, moved = 0;
        while (!reader.AtEnd)
        {
            Assert.True(reader.TryReadList(out RlpReader block));
            Header header = Header.Read(ref block);
            if (expected is { } fee && header.BaseFee is { } actual)
            {
                Assert.Equal(fee, actual);
                checkedBlocks++;
            }
            expected = header.BaseFee is { } now ? s_ethereum.Next(now, header.GasUsed, header.GasLimit) : null;
            if (expected != header.BaseFee)
                moved++;
        }
        Assert.True(checkedBlocks > 10 && moved > 10, $"{checkedBlocks} blocks, {moved} moves");
    }

    [Fact]
    public void Next_OneWeiAndAboveTheTarget_RisesByOneWei() => Assert.Equal(2ul, s_ethereum.Next(1, 15_000_001, 30_000_000));

    [Fact]
    public void Next_ZeroBaseFeeOrNoLimit_NeverThrows()
    {
        Assert.Equal(1ul, s_ethereum.Next(0, 30_000_000, 30_000_000));
        Assert.Equal(0ul, s_ethereum.Next(0, 0, 30_000_000));
        Assert.Equal(7ul, s_ethereum.Next(7, 5, 0));
    }

    [Fact]
    public void Next_TopOfTheRange_IsHeldThere() => Assert.Equal(ulong.MaxValue, s_ethereum.Next(ulong.MaxValue - 1, ulong.MaxValue, ulong.MaxValue));

    [Fact]
    public void Next_ChainThatGoesByABacklog_LeavesTheFee() =>
        Assert.Equal(10_000_000ul, new BaseFeeForecast(BaseFeeRules.Arbitrum).Next(10_000_000, 30_000_000, 32_000_000));

    [Theory]
    [InlineData(1_000_000_000ul)]
    [InlineData(7ul)]
    [InlineData(123_456_789_012ul)]
    public void WorstAfter_EveryNumberOfBlocks_BoundsEveryFullBlockAndTheExactPower(ulong next)
    {
        ulong full = next;
        for (int d = 0; d <= 20; d++)
        {
            ulong worst = s_ethereum.WorstAfter(next, d);
            Assert.True(worst >= full, $"{d}: {worst} < {full}");
            // next * 9^d / 8^d, rounded up: a rounding up at each step is never below it.
            BigInteger exact = (next * BigInteger.Pow(9, d) + BigInteger.Pow(8, d) - 1) / BigInteger.Pow(8, d);
            Assert.True(worst >= exact && worst <= exact + 10 * d, $"{d}: {worst} against {exact}");
            full = s_ethereum.Next(full, 30_000_000, 30_000_000);
        }
    }

    [Fact]
    public void WorstAfter_ManyBlocks_EndsAtTheLargestValue() => Assert.Equal(ulong.MaxValue, s_ethereum.WorstAfter(1_000_000_000, 1_000));

    [Fact]
    public void Path_EmptyBlocks_FallsByAnEighthEach()
    {
        ulong[] path = new ulong[3];
        s_ethereum.Path(800, 0, 30_000_000, path);
        Assert.Equal([800, 700, 613], path); // 700 less 87
    }

    private readonly record struct Header(ulong GasLimit, ulong GasUsed, ulong? BaseFee)
    {
        private const int ItemsBeforeGasLimit = 9;
        private const int ItemsToBaseFee = 4;

        public static Header Read(ref RlpReader block)
        {
            Assert.True(block.TryReadList(out RlpReader header));
            for (int i = 0; i < ItemsBeforeGasLimit; i++)
                Assert.True(header.TryReadEncoded(out _));
            Assert.True(header.TryReadUInt64(out ulong limit));
            Assert.True(header.TryReadUInt64(out ulong used));
            for (int i = 0; i < ItemsToBaseFee; i++)
                Assert.True(header.TryReadEncoded(out _));
            return new Header(limit, used, !header.AtEnd && header.TryReadUInt64(out ulong fee) ? fee : null);
        }
    }
}
