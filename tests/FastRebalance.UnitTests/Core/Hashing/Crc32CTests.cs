using FastRebalance.Core.Hashing;

namespace FastRebalance.UnitTests.Core.Hashing;

public sealed class Crc32CTests
{
    [Fact]
    public void Compute_CheckString_GivesTheKnownAnswer()
    {
        Assert.Equal(0xE306_9283u, Crc32C.Compute("123456789"u8));
        Assert.Equal(0xE306_9283u, Crc32C.ComputeScalar("123456789"u8));
    }

    [Fact]
    public void Compute_ThirtyTwoZeros_GivesTheKnownAnswer() => Assert.Equal(0x8A91_36AAu, Crc32C.Compute(new byte[32]));

    [Fact]
    public void Compute_AnyLengthAndSplit_EqualsThePlainTwin()
    {
        Random random = new(17);
        for (int length = 0; length < 300; length++)
        {
            byte[] data = new byte[length];
            random.NextBytes(data);
            int first = random.Next(length + 1), second = random.Next(first, length + 1);
            uint expected = Crc32C.ComputeScalar(data);

            Assert.Equal(expected, Crc32C.Compute(data));
            Assert.Equal(expected, Crc32C.Compute(data.AsSpan(0, first), data.AsSpan(first, second - first), data.AsSpan(second)));
        }
    }
}
