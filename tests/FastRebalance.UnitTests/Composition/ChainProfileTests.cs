using FastRebalance.Composition;
using FastRebalance.Ethereum.Chains;
using FastRebalance.Execution.Fees;

namespace FastRebalance.UnitTests.Composition;

public sealed class ChainProfileTests
{
    public static TheoryData<string> Names => [.. ChainProfiles.All.Append(ChainProfiles.Unknown).Select(profile => profile.Name)];

    [Theory]
    [InlineData(1ul, "mainnet")]
    [InlineData(10ul, "op-stack")]
    [InlineData(8453ul, "op-stack")]
    [InlineData(42161ul, "arbitrum")]
    [InlineData(137ul, "polygon")]
    [InlineData(31337ul, "devnet")]
    [InlineData(4242424242ul, "unknown")]
    public void ById_Chain_IsOfThatKind(ulong chainId, string name) => Assert.Equal(name, ChainProfiles.ById(chainId).Name);

    [Fact]
    public void All_NamesAndChains_StandOnce()
    {
        Assert.Distinct(ChainProfiles.All.Select(profile => profile.Name));
        Assert.Distinct(ChainProfiles.All.SelectMany(profile => profile.ChainIds));
        Assert.Null(ChainProfiles.ByName("unknown"));
    }

    [Theory, MemberData(nameof(Names))]
    public void Rules_OfEveryProfile_MakeSense(string name)
    {
        ChainRules rules = (ChainProfiles.ByName(name) ?? ChainProfiles.Unknown).Rules;

        Assert.True(rules.BlockTime > TimeSpan.Zero);
        Assert.InRange(rules.BumpPercent, 13, 100);
        Assert.InRange(rules.BaseFeeRoomPercent, 13, 1000);
        Assert.True(rules.FinalDepth > rules.ReleaseDepth);
        Assert.True(rules.ReleaseDepth >= 1);
        Assert.True(rules.RepriceAfterHeads >= rules.ResendAfterHeads);
        Assert.True(rules.TakesTips || rules.MinTipWei == 0);
        Assert.Equal(FeeVerdict.Quoted, new FeePolicy(FeeOptions.For(rules), 1_000_000_000_000).Quote(1_000_000_000, [], out FeeQuote quote));
        Assert.True(quote.TipWei >= rules.MinTipWei && quote.MaxFeePerGasWei > 1_000_000_000);
    }

    [Fact]
    public void Rules_ChainThatNobodyKnows_AreThePatientOnes()
    {
        ChainRules unknown = ChainProfiles.Unknown.Rules;
        Assert.All(ChainProfiles.All.Where(profile => profile.Rules.CanReplace), profile =>
        {
            Assert.True(unknown.FinalDepth >= profile.Rules.FinalDepth);
            Assert.True(unknown.ReleaseDepth >= profile.Rules.ReleaseDepth);
        });
        Assert.False(unknown.HasConditionalSend);
    }

    [Fact]
    public void Rules_Polygon_OfferTheFloorThatItsPoolsForce()
    {
        FeePolicy policy = new(FeeOptions.For(ChainProfiles.ByName("polygon")!.Rules), 1_000_000_000_000);
        policy.Quote(50, [1], out FeeQuote quote);
        Assert.Equal(25_000_000_000ul, quote.TipWei);
    }

    [Fact]
    public void Rules_Arbitrum_OfferNoTip()
    {
        FeePolicy policy = new(FeeOptions.For(ChainProfiles.ByName("arbitrum")!.Rules), 1_000_000_000_000);
        policy.Quote(10_000_000, [5_000_000_000], out FeeQuote quote);
        Assert.Equal(new FeeQuote(20_000_000, 0), quote);
    }
}
