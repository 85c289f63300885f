using FastRebalance.Core.Assets;
using FastRebalance.Core.Events;
using FastRebalance.Execution.Presigning;

namespace FastRebalance.UnitTests.Execution.Presigning;

public sealed class RungLegsTests
{
    [Theory]
    [InlineData(10_000u, 0u, 1_000_000, 980_000, 5_000_000)]
    [InlineData(9_500u, 0u, 950_000, 931_000, 5_050_000)]
    [InlineData(10_500u, 0u, 1_050_000, 1_029_000, 4_950_000)]
    [InlineData(10_000u, 10u, 1_000_000, 980_980, 5_000_000)]
    public void TryScale_RoundAmounts_AreInProportion(uint sizeBps, uint shiftBps, ulong amount, ulong minimum, ulong keep)
    {
        OrderLeg foreseen = PresignBench.Leg();

        Assert.True(RungLegs.TryScale(in foreseen, sizeBps, shiftBps, out OrderLeg leg));

        Assert.Equal((amount, minimum, keep), ((ulong)leg.AmountIn, (ulong)leg.MinimumOut, (ulong)leg.KeepBalance));
    }

    // Against the exact fractions, for any amounts: never more sold, never a worse price, not a unit lost between sold and kept.
    [Fact]
    public void TryScale_AnyAmounts_AreNeverInTheOrdersDisfavour()
    {
        Random random = new(5);
        for (int i = 0; i < 20_000; i++)
        {
            ulong amount = 1 + (ulong)random.NextInt64(1L << random.Next(1, 62)), expected = 1 + (ulong)random.NextInt64(1L << random.Next(1, 62));
            OrderLeg foreseen = PresignBench.Leg(amount, 1 + (ulong)random.NextInt64((long)expected), expected, (ulong)random.NextInt64(1L << 60));
            uint size = (uint)random.Next(1, 20_000), shift = (uint)random.Next(0, 200);
            if (!RungLegs.TryScale(in foreseen, size, shift, out OrderLeg leg))
                continue;
            Assert.True(leg.AmountIn * 10_000UL <= foreseen.AmountIn * (ulong)size);
            Assert.True((leg.AmountIn + UInt256.One) * 10_000UL > foreseen.AmountIn * (ulong)size);
            Assert.True(Products.Compare(leg.MinimumOut * 10_000UL, foreseen.AmountIn, foreseen.MinimumOut * (10_000UL + shift), leg.AmountIn) >= 0);
            Assert.Equal(foreseen.AmountIn + foreseen.KeepBalance, leg.AmountIn + leg.KeepBalance);
            Assert.True(leg.MinimumOut <= leg.ExpectedOut);
        }
    }

    [Theory]
    [InlineData(20_000u, 0u)] // twice the amount: more than is held
    [InlineData(10_000u, 500u)] // five per cent above the minimum: more than is expected
    public void TryScale_WhatCannotBe_IsRefused(uint sizeBps, uint shiftBps)
    {
        OrderLeg foreseen = PresignBench.Leg(keep: 999_999);

        Assert.False(RungLegs.TryScale(in foreseen, sizeBps, shiftBps, out _));
    }

    [Fact]
    public void TryScale_NothingLeftToSell_IsRefused()
    {
        OrderLeg foreseen = PresignBench.Leg(amount: 1, minimum: 1, expected: 2);

        Assert.False(RungLegs.TryScale(in foreseen, 9_999, 0, out _));
    }
}
