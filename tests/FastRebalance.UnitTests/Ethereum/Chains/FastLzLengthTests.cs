using FastRebalance.Ethereum.Chains;

namespace FastRebalance.UnitTests.Ethereum.Chains;

public sealed class FastLzLengthTests
{
    // Lengths that op-geth's own test expects (core/types/rollup_cost_test.go).
    [Fact]
    public void Of_PublishedVectors_IsThePublishedLength()
    {
        Assert.Equal(0, FastLzLength.Of([]));
        Assert.Equal(21, FastLzLength.Of(Enumerable.Repeat((byte)1, 1000).ToArray()));
        Assert.Equal(21, FastLzLength.Of(new byte[1000]));
        Assert.Equal(31, FastLzLength.Of(PublishedTransactions.Empty));
        Assert.Equal(202, FastLzLength.Of(PublishedTransactions.ContractCall));
    }

    [Fact]
    public void Of_BytesThatNothingShortens_AreLiterals()
    {
        byte[] noise = new byte[1000];
        new Random(5).NextBytes(noise);

        Assert.InRange(FastLzLength.Of(noise), 1000, 1000 + 1000 / 32 + 1);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(12)]
    [InlineData(13)]
    [InlineData(14)]
    [InlineData(15)]
    [InlineData(16)]
    [InlineData(33)]
    public void Of_ShortBytes_NeverReadsOutside(int length) => Assert.InRange(FastLzLength.Of(new byte[length]), 1, length + 2);

    // Against the algorithm written down step by step, as its description has it.
    [Fact]
    public void Of_RandomBytesOfEveryKind_IsThePlainTwinsLength()
    {
        Random random = new(11);
        for (int round = 0; round < 3000; round++)
        {
            byte[] bytes = new byte[random.Next(0, 1200)];
            int alphabet = random.Next(1, 256);
            for (int i = 0; i < bytes.Length; i++)
                bytes[i] = random.Next(3) == 0 && i > 40 ? bytes[i - random.Next(1, 40)] : (byte)random.Next(alphabet);
            Assert.Equal(Plain(bytes), FastLzLength.Of(bytes));
        }
    }

    private static int Plain(byte[] b)
    {
        int[] table = new int[8192];
        int n = 0, a = 0, limit = Math.Max(b.Length - 13, 0), p = 2;
        while (p < limit)
        {
            int r;
            while (true)
            {
                uint s = (uint)(b[p] | b[p + 1] << 8 | b[p + 2] << 16);
                uint h = unchecked(2654435769u * s) >> 19 & 0x1fff;
                r = table[h];
                table[h] = p;
                uint there = p - r < 8192 ? (uint)(b[r] | b[r + 1] << 8 | b[r + 2] << 16) : 0x1000000;
                if (p >= limit)
                    break;
                p++;
                if (s == there)
                    break;
            }
            if (p >= limit)
                break;
            p--;
            n += Cost(p - a);
            int l = 0;
            for (int room = b.Length - 4 - (p + 3); l < room; l++)
                if (b[r + 3 + l] != b[p + 3 + l])
                {
                    l++;
                    break;
                }
            n += 3 * ((l - 1) / 262) + ((l - 1) % 262 >= 6 ? 3 : 2);
            p += l;
            for (int i = 0; i < 2; i++, p++)
                table[unchecked(2654435769u * (uint)(b[p] | b[p + 1] << 8 | b[p + 2] << 16)) >> 19 & 0x1fff] = p;
            a = p;
        }
        return n + Cost(b.Length - a);
    }

    private static int Cost(int literals) => 33 * (literals / 32) + (literals % 32 == 0 ? 0 : literals % 32 + 1);
}
