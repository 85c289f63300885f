using FastRebalance.Configuration;

namespace FastRebalance.UnitTests.Configuration;

public sealed class SafetyAccountTests : IDisposable
{
    private const string Safety = """{ "triggers": [ { "kind": "drift-band", "absoluteBps": 1000 } ] }""";
    private readonly SampleConfig _sample = new();

    public SafetyAccountTests()
    {
        _sample.WriteSecret("safety.json");
        _sample.WriteSecret("safety.pass");
        _sample.With("safetyAccount", """{ "keystore": "safety.json", "passwordFile": "safety.pass" }""")
            .With("contracts", """{ "rebalanceExecutor": "0x00000000000000000000000000000000000000f2" }""")
            .With("portfolios[0].safety", Safety);
    }

    [Fact]
    public void Read_Right_IsAnAccountOfItsOwn()
    {
        ConfigFile config = _sample.Read();

        Assert.Equal("desk.json", config.Account.Keystore);
        Assert.Equal("safety.json", config.SafetyAccount?.Keystore);
    }

    [Fact]
    public void Read_LeftOut_IsNone() => Assert.Null(_sample.With("safetyAccount", null).Read().SafetyAccount);

    [Fact]
    public void Read_ARouterTrades_IsAProblem()
    {
        ConfigProblem problem = Assert.Single(
            _sample.With("contracts", """{ "swapRouter02": "0x00000000000000000000000000000000000000f1" }""").Problems());

        Assert.Equal("safetyAccount", problem.Path);
        Assert.Contains("a router trades the account's own tokens", problem.Found);
        Assert.Contains("contracts.rebalanceExecutor", problem.Wanted);
    }

    [Fact]
    public void Read_NoSafetyTerms_IsAProblem()
    {
        ConfigProblem problem = Assert.Single(_sample.With("portfolios[0].safety", null).Problems());

        Assert.Equal("safetyAccount", problem.Path);
        Assert.Contains("portfolios[0].safety", problem.Wanted);
    }

    [Fact]
    public void Read_MistakesInIt_AreToldUnderItsOwnName()
    {
        IReadOnlyList<ConfigProblem> problems = _sample.With("safetyAccount", """{ "keystore": "nobody.json", "keyfile": "x" }""").Problems();

        Assert.Equal(
            ["safetyAccount.keyfile", "safetyAccount.keystore", "safetyAccount.passwordFile"], problems.Select(problem => problem.Path).Order());
    }

    public void Dispose() => _sample.Dispose();
}
