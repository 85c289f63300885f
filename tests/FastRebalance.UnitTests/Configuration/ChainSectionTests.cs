using FastRebalance.Composition;
using FastRebalance.Configuration;
using FastRebalance.Ethereum.Chains;

namespace FastRebalance.UnitTests.Configuration;

public sealed class ChainSectionTests : IDisposable
{
    private readonly SampleConfig _sample = new();

    public void Dispose() => _sample.Dispose();

    [Theory]
    [InlineData("31337", "devnet")]
    [InlineData("1", "mainnet")]
    [InlineData("8453", "op-stack")]
    [InlineData("42161", "arbitrum")]
    public void Read_IdAlone_ChoosesTheProfile(string id, string profile)
    {
        ChainSection chain = _sample.With("chain.id", id).Read().Chain;

        Assert.Equal(profile, chain.Profile.Name);
        Assert.Equal(chain.Profile.Rules, chain.Rules);
        Assert.False(chain.IsUnknown);
        Assert.Equal("", chain.Note);
    }

    [Fact]
    public void Read_IdThatNobodyKnows_TakesThePatientRulesAndSaysSo()
    {
        ChainSection chain = _sample.With("chain.id", "987654321").Read().Chain;

        Assert.True(chain.IsUnknown);
        Assert.Equal(ChainProfiles.Unknown.Rules, chain.Rules);
        Assert.Contains("987654321", chain.Note, StringComparison.Ordinal);
        Assert.Contains("op-stack", chain.Note, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_ProfileByName_IsStrongerThanTheId()
    {
        ChainSection chain = _sample.With("chain.id", "987654321").With("chain.profile", "\"op-stack\"").Read().Chain;

        Assert.Equal("op-stack", chain.Profile.Name);
        Assert.IsType<OpStackDataFee>(chain.Rules.DataFee);
        Assert.Equal("", chain.Note);
    }

    [Fact]
    public void Read_SingleRules_ChangeThoseAndNoOthers()
    {
        ChainSection chain = _sample.With("chain.id", "10").With("chain.rules", """
            { "canReplace": true, "bumpPercent": 20, "takesTips": false, "minTipGwei": 0.25, "baseFeeRoomPercent": 50,
              "finalDepth": 400, "releaseDepth": 9, "repriceAfterHeads": 11, "resendAfterHeads": 7, "conditionalSend": false }
            """).Read().Chain;

        Assert.Equal(chain.Profile.Rules with
        {
            CanReplace = true,
            BumpPercent = 20,
            TakesTips = false,
            MinTipWei = 250_000_000,
            BaseFeeRoomPercent = 50,
            FinalDepth = 400,
            ReleaseDepth = 9,
            RepriceAfterHeads = 11,
            ResendAfterHeads = 7,
            HasConditionalSend = false,
        }, chain.Rules);
    }

    [Theory]
    [InlineData("chain.profile", "\"solana\"", "chain.profile", "op-stack")]
    [InlineData("chain.profile", "7", "chain.profile", "op-stack")]
    [InlineData("chain.rules", "{ \"finalDepth\": 0 }", "chain.rules.finalDepth", "from 1")]
    [InlineData("chain.rules", "{ \"bumpPercent\": 0 }", "chain.rules.bumpPercent", "from 1")]
    [InlineData("chain.rules", "{ \"minTipGwei\": -1 }", "chain.rules.minTipGwei", "from 0")]
    [InlineData("chain.rules", "{ \"canReplace\": \"no\" }", "chain.rules.canReplace", "true or false")]
    [InlineData("chain.rules", "{ \"finaldepth\": 5 }", "chain.rules.finaldepth", "finalDepth")]
    [InlineData("chain.rules", "[]", "chain.rules", "an object")]
    public void Read_OneMistake_IsToldWithItsPlace(string place, string value, string path, string wanted)
    {
        ConfigException error = Assert.Throws<ConfigException>(() => _sample.With(place, value).Read());

        ConfigProblem problem = Assert.Single(error.Problems);
        Assert.Equal(path, problem.Path);
        Assert.Contains(wanted, problem.Wanted, StringComparison.Ordinal);
    }
}
