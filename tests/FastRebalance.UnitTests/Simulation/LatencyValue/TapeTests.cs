using System.Text;
using FastRebalance.Simulation.LatencyValue;
using FastRebalance.Simulation.LatencyValue.Tapes;
using FastRebalance.Tests;

namespace FastRebalance.UnitTests.Simulation.LatencyValue;

public sealed class TapeTests
{
    [Fact]
    public void Read_GoodAndBrokenLines_TakesTheGoodAndCountsTheBroken()
    {
        BookTickerTape tape = Read(
            """100 {"stream":"x@bookTicker","data":{"u":1,"s":"X","b":"99.00","B":"3","a":"101.00","A":"1"}}""",
            """110 {"stream":"x@depth@100ms","data":{"b":[["61737.63","0.0"]],"a":[]}}""",
            """120 {"stream":"x@bookTicker","data":{"u":1,"s":"X","b":"99.00","B":"3","a":"10""", // torn
            """130 {"stream":"x@bookTicker","data":{"u":1,"s":"X","b":"abc","B":"3","a":"101.00","A":"1"}}""",
            """140 {"stream":"x@bookTicker","data":{"u":1,"s":"X","b":"102.00","B":"3","a":"101.00","A":"1"}}""", // crossed
            """150 {"stream":"x@bookTicker","data":{"u":1,"s":"X","B":"3","A":"1"}}""",
            """90 {"stream":"x@bookTicker","data":{"u":1,"s":"X","b":"99.00","B":"3","a":"101.00","A":"1"}}""", // before the last
            "no line at all",
            "",
            """160 {"stream":"x@bookTicker","data":{"e":"bookTicker","u":1,"s":"X","b":"199","B":"3","a":"201","A":"1","T":1,"E":1}}""");
        Assert.Equal([100L, 160L], tape.Times);
        Assert.Equal([Math.Log(100), Math.Log(200)], tape.Logs);
        Assert.Equal((9, 6), (tape.Lines, tape.Broken));
        Assert.Equal((100 + 50) / 2.0, tape.HalfSpreadBps, 1e-9);
    }

    [Fact]
    public void Read_LineLongerThanTheBuffer_IsRead()
    {
        string depth = """100 {"stream":"x@depth","data":{"b":""" + new string('1', 3_000_000) + "}}";
        BookTickerTape tape = Read(depth, """101 {"stream":"x@bookTicker","data":{"b":"1","a":"1"}}""");
        Assert.Equal((2, 0, 1), (tape.Lines, tape.Broken, tape.Times.Length));
    }

    [Fact]
    public void Find_DriftThatGoesOn_IsAMoveInItsDirection()
    {
        long[] times = [0, 10, 20, 30, 1_000];
        DriftTriggers triggers = DriftTriggers.Find(times, [0, -1e-4, -1.5e-4, -1.5e-4, 0], 1e-4, [0, 5, 10]);
        Assert.Equal([-1], triggers.Signs);
        Assert.Equal([0.0], triggers.Signed(0));
        Assert.Equal([0.0], triggers.Signed(1));
        Assert.Equal(0.5, Assert.Single(triggers.Signed(2)), 1e-9);
    }

    // The reference's pilot on the same public tapes: mean further move after 1 bp of drift, basis points.
    [Theory]
    [InlineData("spot-btcusdt_20240809", 0.065, 0.085, 0.246, 0.502, 0.954)]
    [InlineData("spot-ethusdt_20240809", 0.079, 0.090, 0.213, 0.441, 0.937)]
    [InlineData("usdm-ethusdt_20240808", 0.017, 0.022, 0.103, 0.234, 0.215)]
    [InlineData("usdm-btcusdt_20240808", 0.002, 0.015, 0.053, 0.196, 0.160)]
    public void Run_RecordedBook_ReproducesThePilot(string name, params double[] pilot)
    {
        long[] delays = [Delays.Millisecond / 10, Delays.Millisecond, 10 * Delays.Millisecond, 100 * Delays.Millisecond, Delays.Second];
        TapeStudy study = TapeStudies.Run(SharedFiles.PathOf("market", "binance", name + ".gz")).Study;
        for (int i = 0; i < delays.Length; i++)
        {
            Estimate move = study.Moves.Single(m => m.Delay == delays[i]).Signed;
            Assert.Equal(pilot[i], move.Mean, Math.Max(0.004, 0.5 * move.StandardError));
        }
        Assert.Equal(0, study.Broken);
    }

    private static BookTickerTape Read(params string[] lines) =>
        BookTickerTape.Read(new MemoryStream(Encoding.UTF8.GetBytes(string.Join("\n", lines) + "\n")));
}
