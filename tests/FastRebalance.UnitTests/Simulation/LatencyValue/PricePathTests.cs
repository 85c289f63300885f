using FastRebalance.Simulation.LatencyValue;
using FastRebalance.Simulation.LatencyValue.Paths;

namespace FastRebalance.UnitTests.Simulation.LatencyValue;

public sealed class PricePathTests
{
    [Fact]
    public void At_AnyOrderOfQuestions_IsTheSamePath()
    {
        PricePath one = Hour(seed: 1), other = Hour(seed: 1);
        long[] times = [.. Enumerable.Range(0, 500).Select(i => i * 7_199_999_999L % one.End)];
        double[] forwards = [.. times.Select(one.At)];
        double[] backwards = [.. times.Reverse().Select(other.At).Reverse()];
        Assert.Equal(forwards, backwards);
        Assert.NotEqual(forwards[1], Hour(seed: 2).At(times[1]));
    }

    [Theory]
    [InlineData(Delays.Microsecond)]
    [InlineData(Delays.Millisecond)]
    [InlineData(Delays.Second)]
    public void At_ADelayApart_DiffersByTheVolatilityOfThatDelay(long delay)
    {
        PricePath path = DiffusionPath.Draw(3, 0.8, 5 * Delays.Minute, 300);
        double sum = 0;
        const int pairs = 20_000;
        for (int i = 0; i < pairs; i++)
        {
            long time = (long)(path.End * (i + 0.37) / (pairs + 1));
            double move = path.At(time + delay) - path.At(time);
            sum += move * move;
        }
        double expected = 0.8 * 0.8 * delay / Delays.NanosecondsPerYear;
        Assert.Equal(1, sum / pairs / expected, 0.06); // six standard errors
    }

    [Fact]
    public void TryFindExit_NarrowBand_FindsTheFirstMomentOutside()
    {
        PricePath path = Hour(seed: 5);
        const long from = 123_456_789_012;
        double start = path.At(from), low = start - 2e-4, high = start + 2e-4;
        Assert.True(path.TryFindExit(from, path.End, low, high, out long exit));
        Assert.False(path.At(exit) > low && path.At(exit) < high);
        for (long time = from; time < exit; time += Math.Max(64, (exit - from) / 5_000))
            Assert.InRange(path.At(time), low, high);
        Assert.True(path.At(exit - 64) > low && path.At(exit - 64) < high);
    }

    [Fact]
    public void TryFindExit_WideBand_SaysThatThereIsNone() =>
        Assert.False(Hour(seed: 6).TryFindExit(0, Hour(seed: 6).End, -1, 1, out _));

    [Fact]
    public void TryFindExit_OutsideAtTheStart_IsNow()
    {
        PricePath path = Hour(seed: 7);
        Assert.True(path.TryFindExit(1_000, path.End, 1, 2, out long exit));
        Assert.Equal(1_000, exit);
    }

    [Fact]
    public void TryFindExit_JumpAtATick_IsFoundAtIt()
    {
        PricePath path = new([0, 1_000, 2_000, 3_000], [0, 0, 0.5, 0.5], [0, 0, 0, 0.5], 0, 1);
        Assert.True(path.TryFindExit(0, 3_000, -0.1, 0.1, out long exit));
        Assert.Equal(2_000, exit);
        Assert.Equal(0, path.At(1_999));
    }

    // Bacry, Delattre, Hoffmann, Muzy 2013: the long-run variance of a price pushed by a two-sided Hawkes process.
    [Fact]
    public void Draw_OrderFlow_HasTheVarianceItsModelStates()
    {
        OrderFlowModel model = new() { JumpsPerDay = 1e-9 };
        double squares = 0;
        const int paths = 12, hours = 24, step = 600;
        for (ulong seed = 0; seed < paths; seed++)
        {
            PricePath path = OrderFlowPath.Draw(seed, model, hours * 3_600 * Delays.Second);
            for (long time = 0; time + step * Delays.Second <= path.End; time += step * Delays.Second)
                squares += Math.Pow(path.At(time + step * Delays.Second) - path.At(time), 2);
        }
        double perYear = squares / (paths * hours * 3_600.0) * (Delays.NanosecondsPerYear / 1e9);
        Assert.Equal(1, perYear / model.Variance, 0.14); // four standard errors
    }

    private static PricePath Hour(ulong seed) => DiffusionPath.Draw(seed, 0.8, Delays.Minute, 60);
}
