using System.Buffers;
using System.Text;
using System.Text.Json;
using FastRebalance.Amm;
using FastRebalance.Bench.Routing.Peers;
using FastRebalance.Core.Assets;
using FastRebalance.Core.Results;

namespace FastRebalance.UnitTests.Bench.Routing.Peers;

public sealed class PeerComparisonTests
{
    private const string Peer = "somebody 1.0";

    // From 0 to 1 through either of two equal pools, or through 2; who splits brings more.
    private static readonly PeerInstance s_instance = new(
        "small", [1e-18, 1e-18, 1e-18],
        [PoolOf(0, 1), PoolOf(0, 1), PoolOf(0, 2), PoolOf(1, 2)],
        [new PeerOrder(0, 1, UInt256.PowerOfTen(22))]);

    [Fact]
    public void Run_ARightAnswer_IsComparedWithoutComplaint()
    {
        PeerComparisonResult result = Run(Answer([0]));

        Assert.Empty(result.Wrong);
        PeerRow row = Assert.Single(result.Rows);
        Assert.Equal(1, row.PathRatioMin);
        Assert.True(row.BasketRatioMin > 1.001);
        Assert.True(result.IsRight);
    }

    [Fact]
    public void Run_AnAmountOneUnitOff_IsRefused()
    {
        PeerAnswer answer = Answer([0]);

        Assert.False(Run(answer with { AmountOut = UInt256.WrappingAdd(answer.AmountOut, UInt256.One) }).IsRight);
        Assert.False(Run(answer with { AmountOut = UInt256.WrappingSubtract(answer.AmountOut, UInt256.One) }).IsRight);
    }

    [Theory]
    [InlineData(new int[0])] // none
    [InlineData(new[] { 3 })] // does not take the sold asset
    [InlineData(new[] { 2 })] // ends elsewhere
    [InlineData(new[] { 4 })] // there is no such pool
    [InlineData(new[] { -1 })]
    [InlineData(new[] { 0, 0, 0 })] // a pool again, whose state is another by then
    [InlineData(new[] { 0, 1, 2, 3 })] // longer than ours may be
    public void Run_APathThatCannotBe_IsRefused(int[] pools)
    {
        PeerComparisonResult result = Run(Answer([0]) with { Pools = pools });

        Assert.Single(result.Wrong);
        Assert.Empty(result.Rows);
        Assert.False(result.IsRight);
    }

    [Fact]
    public void Run_NoAnswerOrTwo_IsRefused()
    {
        Assert.False(Run().IsRight);
        Assert.False(Run(Answer([0]), Answer([0])).IsRight);
        Assert.False(Run(Answer([0]) with { Instance = "another" }).IsRight);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void Run_ATimeThatCannotBe_IsRefused(double medianUs) => Assert.False(Run(Answer([0]) with { MedianUs = medianUs }).IsRight);

    // The reference price of the bought asset is nonsense to our planner, so that it plans nothing: less than the peer, whose path is right.
    [Fact]
    public void Run_APlanThatBringsLess_Fails()
    {
        PeerInstance blind = s_instance with { Prices = [1e-18, double.NaN, 1e-18] };

        PeerComparisonResult result = PeerComparison.Run([blind], [(Peer, [Answer([0])])], 1);

        Assert.Contains("our plan brings 0", Assert.Single(result.Wrong), StringComparison.Ordinal);
        Assert.True(Assert.Single(result.Rows).BasketRatioMin < 1);
        Assert.False(result.IsRight);
    }

    [Fact]
    public void Make_TheSameSeed_GivesTheSameFileAndReadsBack()
    {
        string text = Write(PeerMarket.Make(7));

        Assert.Equal(text, Write(PeerMarket.Make(7)));
        Assert.NotEqual(text, Write(PeerMarket.Make(8)));
        Assert.Equal(text, Write(PeerFiles.ReadInstances(text)));
    }

    [Fact]
    public void ReadAnswers_AFileOfAPeer_IsRead()
    {
        IReadOnlyList<PeerAnswer> answers = PeerFiles.ReadAnswers(
            """{"peer":"p 1","results":[{"instance":"i","order":2,"amountOut":"340282366920938463463374607431768211456","pools":[3,1],"medianUs":1.5}]}""",
            out string peer);

        PeerAnswer answer = Assert.Single(answers);
        Assert.Equal("p 1", peer);
        Assert.Equal(("i", 2, 1.5), (answer.Instance, answer.Order, answer.MedianUs));
        Assert.Equal("340282366920938463463374607431768211456", answer.AmountOut.ToString());
        Assert.Equal([3, 1], answer.Pools);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("""{"peer":"p","results":[{"instance":"i","order":0,"amountOut":1,"pools":[],"medianUs":1}]}""")]
    [InlineData("""{"peer":null,"results":[]}""")]
    public void ReadAnswers_SomethingElse_IsRefused(string text) =>
        Assert.Throws<InvalidDataException>(() => PeerFiles.ReadAnswers(text, out _));

    private static PeerPool PoolOf(int asset0, int asset1) => new(asset0, asset1, UInt256.PowerOfTen(24), UInt256.PowerOfTen(24));

    private static PeerComparisonResult Run(params PeerAnswer[] answers) => PeerComparison.Run([s_instance], [(Peer, answers)], 1);

    private static PeerAnswer Answer(int[] pools)
    {
        IReadOnlyList<Pool> made = s_instance.MakePools();
        (AssetId asset, UInt256 amount) = (AssetId.FromIndex(0), s_instance.Orders[0].AmountIn);
        foreach (int pool in pools)
        {
            Assert.Equal(QuoteStatus.Exact, made[pool].QuoteExactIn(asset, in amount, out SwapQuote quote));
            (asset, amount) = (made[pool].Other(asset), quote.AmountOut);
        }
        return new PeerAnswer(s_instance.Name, 0, amount, pools, 1);
    }

    private static string Write(IReadOnlyList<PeerInstance> instances)
    {
        ArrayBufferWriter<byte> buffer = new();
        using (Utf8JsonWriter writer = new(buffer))
            PeerFiles.Write(writer, instances);
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }
}
