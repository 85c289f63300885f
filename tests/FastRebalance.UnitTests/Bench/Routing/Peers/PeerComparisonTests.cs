using System.Buffers;
using System.Text;
using System.Text.Json;
using FastRebalance.Amm;
using FastRebalance.Bench.Routing.Peers;
using FastRebalance.Core.Assets;

namespace FastRebalance.UnitTests.Bench.Routing.Peers;

public sealed class PeerComparisonTests
{
    private const string Peer = "somebody 1.0";

    // From 0 to 1 through either of two equal pools, or through 2; who splits brings more.
    private static readonly PeerInstance s_instance = new(
        "small", PeerMarkets.Pairs, [1e-18, 1e-18, 1e-18],
        [PoolOf(0, 1), PoolOf(0, 1), PoolOf(0, 2), PoolOf(1, 2)],
        [new PeerOrder(0, 1, UInt256.PowerOfTen(22))]);

    private static readonly UInt256 s_half = UInt256.PowerOfTen(22) >> 1;

    [Fact]
    public void Run_ARightAnswer_IsComparedWithoutComplaint()
    {
        PeerComparisonResult result = Run(Answer(Path(0)));

        Assert.Empty(result.Wrong);
        PeerFinding finding = Assert.Single(Assert.Single(result.Peers).Findings);
        Assert.Equal(finding.PeerPath, finding.OurPath);
        Assert.True(finding.PlanRatio > 1.001);
        Assert.True(result.IsRight);
    }

    [Fact]
    public void Run_AnExactPeerOneUnitOff_IsWrong()
    {
        PeerRoute path = Path(0);

        Assert.False(Run(Answer(path with { Claimed = UInt256.WrappingAdd(path.Claimed, UInt256.One) })).IsRight);
        Assert.False(Run(Answer(path with { Claimed = UInt256.WrappingSubtract(path.Claimed, UInt256.One) })).IsRight);
    }

    // What counts is what the swaps bring; that the peer says something else is told.
    [Fact]
    public void Run_AClaimThatIsNotWhatTheSwapsBring_IsTold()
    {
        PeerRoute path = Path(0);

        PeerComparisonResult result = Run(exact: false, Answer(path with { Claimed = path.Claimed + path.Claimed }));

        PeerResult peer = Assert.Single(result.Peers);
        PeerClaim claim = Assert.Single(peer.Claims);
        Assert.Equal(path.Claimed, claim.Brought);
        Assert.Equal(1, claim.Excess);
        Assert.Equal(path.Claimed, Assert.Single(peer.Findings).PeerPath);
        Assert.True(result.IsRight);
        StringWriter text = new();
        result.WriteText(text);
        Assert.Contains("CLAIM: small, order 0, path", text.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Run_ASplit_IsReplayedSwapBySwap()
    {
        PeerSwap[] twice = [new(0, 0, 1, s_half), new(0, 0, 1, s_half)];
        PeerSwap[] apart = [new(0, 0, 1, s_half), new(1, 0, 1, s_half)];

        PeerFinding again = Assert.Single(Run(exact: false, Answer(Path(0), twice)).Peers[0].Findings);
        PeerFinding split = Assert.Single(Run(exact: false, Answer(Path(0), apart)).Peers[0].Findings);

        Assert.True(again.PeerSplit < split.PeerSplit, "the second swap through a pool must meet what the first has left");
        Assert.True(split.PeerSplit > split.PeerPath);
        Assert.True(split.OurPlan >= split.PeerSplit);
    }

    [Theory]
    [InlineData(new int[0])] // none
    [InlineData(new[] { 3 })] // does not take the sold asset
    [InlineData(new[] { 2 })] // ends elsewhere
    [InlineData(new[] { 4 })] // there is no such pool
    [InlineData(new[] { -1 })]
    [InlineData(new[] { 0, 0, 0 })] // a pool again
    [InlineData(new[] { 0, 1, 2, 3 })] // longer than ours may be
    public void Run_APathThatCannotBe_IsRefused(int[] pools)
    {
        PeerSwap[] swaps = [.. pools.Select((pool, i) => new PeerSwap(pool, i % 2, pool == 2 ? 2 : 1 - i % 2, i == 0 ? s_half : null))];
        PeerComparisonResult result = Run(Answer(Path(0) with { Swaps = swaps }));

        Assert.Single(result.Wrong);
        Assert.Empty(Assert.Single(result.Peers).Findings);
        Assert.False(result.IsRight);
    }

    [Fact]
    public void Run_ASplitThatSpendsMoreThanThereIs_IsRefused()
    {
        PeerSwap[] swaps = [new(0, 0, 1, s_half), new(1, 0, 1, s_half + 1)];

        Assert.Contains("it sells", Assert.Single(Run(Answer(Path(0), swaps)).Wrong), StringComparison.Ordinal);
    }

    [Fact]
    public void Run_ASwapThatGoesOnFromAnotherAsset_IsRefused()
    {
        PeerSwap[] swaps = [new(2, 0, 2, s_half), new(0, 0, 1, null)];

        Assert.Contains("it goes on", Assert.Single(Run(Answer(Path(0), swaps)).Wrong), StringComparison.Ordinal);
    }

    [Fact]
    public void Run_NoAnswerOrTwo_IsRefused()
    {
        Assert.False(Run().IsRight);
        Assert.False(Run(Answer(Path(0)), Answer(Path(0))).IsRight);
        Assert.False(Run(Answer(Path(0)) with { Instance = "another" }).IsRight);
    }

    [Fact]
    public void Run_AMarketThatNobodyAskedAbout_IsRefused() => Assert.False(
        PeerComparison.Run([s_instance], [new PeerAnswers(Peer, "another", true, "", [])], [], 1).IsRight);

    [Fact]
    public void Run_APeerThatHasNotAnswered_IsNamedAndTheOthersCompared()
    {
        PeerComparisonResult result = PeerComparison.Run([s_instance], [Answers(true, Answer(Path(0)))], ["absent"], 1);

        Assert.Single(Assert.Single(result.Peers).Findings);
        Assert.False(result.IsRight);
        StringWriter text = new();
        result.WriteText(text);
        Assert.Contains("MISSING: absent", text.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void Run_ATimeThatCannotBe_IsRefused(double medianUs) => Assert.False(Run(Answer(Path(0) with { MedianUs = medianUs })).IsRight);

    // The reference price of the bought asset is nonsense to our planner, so that it plans nothing: less than the peer, whose path is right.
    [Fact]
    public void Run_APlanThatBringsLess_Fails()
    {
        PeerInstance blind = s_instance with { Prices = [1e-18, double.NaN, 1e-18] };

        PeerComparisonResult result = PeerComparison.Run([blind], [Answers(true, Answer(Path(0)))], [], 1);

        Assert.Contains("our plan brings 0", Assert.Single(result.Wrong), StringComparison.Ordinal);
        Assert.False(result.IsRight);
    }

    // A unit of 10^22 is far below what a double could tell.
    [Theory]
    [InlineData(0, 0, 0, 0, 0)]
    [InlineData(0, 1, 0, 1, 0)]
    [InlineData(1, 0, 0, 1, 1)] // a longer path than ours
    [InlineData(0, 0, 1, 0, 1)] // a better split
    [InlineData(1, 0, 0, 0, 2)] // a path that beats the plan as well
    public void Complaints_OneUnitLess_IsNoticed(ulong peerPath, ulong ourPath, ulong peerSplit, ulong ourPlan, int complaints)
    {
        UInt256 much = UInt256.PowerOfTen(22);
        PeerFinding finding = new("i", 1, 0, true, much + peerPath, much + ourPath, much + peerSplit, much + ourPlan, 1, 1, 1, 1);

        Assert.Equal(complaints, finding.Complaints().Count());
    }

    [Theory]
    [InlineData(PeerMarkets.Pairs)]
    [InlineData(PeerMarkets.Uniswap)]
    [InlineData(PeerMarkets.Balancer)]
    public void Make_TheSameSeed_GivesTheSameFileAndReadsBackAsPools(string market)
    {
        PeerInstance[] Of(int seed) => [.. PeerMarkets.Make(seed).Where(instance => instance.Market == market)];
        string text = Write(Of(7));

        Assert.Equal(text, Write(Of(7)));
        Assert.NotEqual(text, Write(Of(8)));
        IReadOnlyList<PeerInstance> read = PeerFiles.ReadInstances(text);
        Assert.Equal(text, Write(read));
        Assert.Equal(3, read.Count);
        Assert.All(read, instance => Assert.All(instance.MakePools(), pool => Assert.True(pool.IsReady)));
    }

    [Fact]
    public void ReadAnswers_AFileOfAPeer_IsRead()
    {
        PeerAnswers peer = PeerFiles.ReadAnswers(
            """
            {"peer":"p 1","market":"m","exactClaims":true,"counted":"c","results":[{"instance":"i","order":2,
            "path":{"amountOut":"340282366920938463463374607431768211456","swaps":[{"pool":3,"sell":1,"buy":2,"amountIn":"7"},
            {"pool":1,"sell":2,"buy":0}],"medianUs":1.5}}]}
            """);

        PeerAnswer answer = Assert.Single(peer.Answers);
        Assert.Equal(("p 1", "m", true, "c"), (peer.Peer, peer.Market, peer.HasExactClaims, peer.Counted));
        Assert.Equal(("i", 2, 1.5), (answer.Instance, answer.Order, answer.Path.MedianUs));
        Assert.Equal("340282366920938463463374607431768211456", answer.Path.Claimed.ToString());
        Assert.Equal([new PeerSwap(3, 1, 2, 7), new PeerSwap(1, 2, 0, null)], answer.Path.Swaps);
        Assert.Null(answer.Split);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("""{"peer":"p","market":"m","exactClaims":true,"counted":"c","results":[{"instance":"i","order":0}]}""")]
    [InlineData("""{"peer":null,"market":"m","exactClaims":true,"counted":"c","results":[]}""")]
    public void ReadAnswers_SomethingElse_IsRefused(string text) =>
        Assert.Throws<InvalidDataException>(() => PeerFiles.ReadAnswers(text));

    private static PeerPair PoolOf(int asset0, int asset1) => new(asset0, asset1, UInt256.PowerOfTen(24), UInt256.PowerOfTen(24));

    private static PeerComparisonResult Run(params PeerAnswer[] answers) => Run(exact: true, answers);

    private static PeerComparisonResult Run(bool exact, params PeerAnswer[] answers) =>
        PeerComparison.Run([s_instance], [Answers(exact, answers)], [], 1);

    private static PeerAnswers Answers(bool exact, params PeerAnswer[] answers) => new(Peer, PeerMarkets.Pairs, exact, "nothing", answers);

    private static PeerAnswer Answer(PeerRoute path, PeerSwap[]? split = null) =>
        new(s_instance.Name, 0, path, split is null ? null : new PeerRoute(path.Claimed, split, 1));

    /// <summary>Through one pool, with what our pool says that it brings.</summary>
    private static PeerRoute Path(int pool)
    {
        UInt256 amount = s_instance.Orders[0].AmountIn;
        s_instance.MakePools()[pool].QuoteExactIn(AssetId.FromIndex(0), in amount, out SwapQuote quote);
        return new PeerRoute(quote.AmountOut, [new PeerSwap(pool, 0, 1, amount)], 1);
    }

    private static string Write(IReadOnlyList<PeerInstance> instances)
    {
        ArrayBufferWriter<byte> buffer = new();
        using (Utf8JsonWriter writer = new(buffer))
            PeerFiles.Write(writer, instances);
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }
}
