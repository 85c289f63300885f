using FastRebalance.Amm.UniswapV3;

namespace FastRebalance.UnitTests.Amm;

public class TickTableTests
{
    [Fact]
    public void TryChange_RandomPositions_AgreesWithAPlainDictionary()
    {
        var table = new TickTable();
        var plain = new SortedDictionary<int, (long Gross, long Net)>();
        var random = new Random(3);
        List<(int Lower, int Upper, long Amount)> open = [];
        for (int i = 0; i < 4_000; i++)
        {
            bool closes = open.Count > 100 || (open.Count > 0 && random.Next(2) == 0);
            (int lower, int upper, long amount) = closes ? open[random.Next(open.Count)] : RandomPosition(random);
            if (closes)
                open.Remove((lower, upper, amount));
            else
                open.Add((lower, upper, amount));
            long delta = closes ? -amount : amount;

            Assert.True(table.TryChange(lower, delta, isUpper: false));
            Assert.True(table.TryChange(upper, delta, isUpper: true));
            Change(plain, lower, delta, delta);
            Change(plain, upper, delta, -delta);
        }

        Assert.Equal(plain.Count, table.Count);
        int position = 0;
        foreach ((int index, (long gross, long net)) in plain)
        {
            Assert.Equal(index, table.IndexAt(position));
            Assert.Equal((UInt128)gross, table.GrossAt(position));
            Assert.Equal((Int128)net, table.NetAt(position));
            Assert.Equal(TickMath.SqrtRatioAtTick(index), table.PriceAt(position));
            position++;
        }
    }

    [Fact]
    public void Floor_BetweenTicks_IsTheOneBelow()
    {
        var table = new TickTable();
        Assert.Equal(-1, table.Floor(0));
        Assert.True(table.TryAdd(60, 1, 1));
        Assert.True(table.TryAdd(-60, 1, 1));

        Assert.Equal(-1, table.Floor(-61));
        Assert.Equal(0, table.Floor(-60));
        Assert.Equal(0, table.Floor(59));
        Assert.Equal(1, table.Floor(60));
        Assert.Equal(1, table.Floor(int.MaxValue));
    }

    [Fact]
    public void TryChange_MoreThanThereIs_IsRefused()
    {
        var table = new TickTable();
        Assert.True(table.TryChange(60, 10, isUpper: false));
        Assert.False(table.TryChange(60, -11, isUpper: false));
        Assert.False(table.TryChange(120, -1, isUpper: true));
        Assert.False(table.TryAdd(60, 1, 1));
        Assert.False(table.TryAdd(180, 0, 0));
    }

    private static (int Lower, int Upper, long Amount) RandomPosition(Random random)
    {
        int lower = random.Next(-80, 80);
        return (lower, lower + random.Next(1, 40), random.NextInt64(1, 1_000_000));
    }

    private static void Change(SortedDictionary<int, (long Gross, long Net)> plain, int index, long gross, long net)
    {
        plain.TryGetValue(index, out (long Gross, long Net) old);
        if (old.Gross + gross == 0)
            plain.Remove(index);
        else
            plain[index] = (old.Gross + gross, old.Net + net);
    }
}
