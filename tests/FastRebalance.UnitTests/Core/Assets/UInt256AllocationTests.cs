using FastRebalance.Core.Assets;

namespace FastRebalance.UnitTests.Core.Assets;

public sealed class UInt256AllocationTests
{
    [Fact]
    public void Arithmetic_EveryOperation_AllocatesNothing()
    {
        var numbers = new UInt256Numbers(seed: 801);
        var inputs = new UInt256[64];
        for (int i = 0; i < inputs.Length; i++)
            inputs[i] = numbers.Next() | 1;

        UInt256 checksum = RunAll(inputs);
        UInt256 again = default;
        AllocationWatch watch = new();
        while (watch.Next())
            again = RunAll(inputs);
        long allocated = watch.LeastBytes;

        Assert.Equal(0, allocated);
        Assert.Equal(checksum, again);
    }

    private static UInt256 RunAll(UInt256[] inputs)
    {
        UInt256 sum = UInt256.Zero;
        Span<char> text = stackalloc char[UInt256.MaxDecimalDigits];
        foreach (UInt256 a in inputs)
            foreach (UInt256 b in inputs)
            {
                UInt256.TryAdd(a, b, out UInt256 r);
                sum ^= r;
                UInt256.TrySubtract(a, b, out r);
                sum ^= r;
                UInt256.TryMultiply(a, b, out r);
                sum ^= r;
                UInt256.TryMulDiv(a, b, b, out r);
                sum ^= r;
                UInt256.TryMulDivRoundingUp(a, b, sum, out r);
                sum ^= r;
                UInt256.TryDivRoundingUp(a, b, out r);
                sum ^= r ^ UInt256.DivRem(a, b, out UInt256 rest) ^ rest;
                sum ^= UInt256.Sqrt(a) ^ (a << 7) ^ (b >> 70) ^ (a & b);
                UInt256.TryFromDoubleFloor((double)a, out r);
                sum ^= r;
                TokenUnits.TryFromDoubleFloor(TokenUnits.ToDouble(a, 18), 18, out r);
                sum ^= r;
                if (a < b && a.TryFormat(text, out int length) && UInt256.TryParse(text[..length], out r)) sum ^= r;
            }
        return sum;
    }
}
