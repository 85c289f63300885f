using FastRebalance.Configuration;
using FastRebalance.Web;

namespace FastRebalance.UnitTests.Web;

public sealed class WebOptionsTests
{
    [Theory]
    [InlineData("8080", "127.0.0.1:8080")]
    [InlineData("127.0.0.1:0", "127.0.0.1:0")]
    [InlineData("localhost:9", "127.0.0.1:9")]
    [InlineData("[::1]:8080", "[::1]:8080")]
    public void Parse_Loopback_NeedsNoToken(string text, string endpoint)
    {
        List<ConfigProblem> problems = [];
        Assert.Equal(endpoint, WebOptions.Parse(text, null, problems)!.Endpoint.ToString());
        Assert.Empty(problems);
    }

    [Theory]
    [InlineData("")]
    [InlineData("localhost")]
    [InlineData("127.0.0.1")]
    [InlineData("127.0.0.1:70000")]
    [InlineData("http://127.0.0.1:80")]
    [InlineData("70000")]
    [InlineData("::1")]
    public void Parse_NoAddress_SaysWhatOneLooksLike(string text)
    {
        List<ConfigProblem> problems = [];
        Assert.Null(WebOptions.Parse(text, null, problems));
        Assert.Contains("such as 127.0.0.1:8080", Assert.Single(problems).Wanted);
    }

    [Fact]
    public void Parse_BeyondLoopback_WantsAToken()
    {
        List<ConfigProblem> problems = [];
        Assert.Null(WebOptions.Parse("0.0.0.0:80", null, problems));
        Assert.Contains("--http-token", Assert.Single(problems).Wanted);
    }

    [Theory]
    [InlineData(null, "which is not set")]
    [InlineData("short", "a token of 5 characters")]
    public void Parse_TokenThatIsNone_NamesTheVariableAndShowsNothingOfIt(string? token, string says)
    {
        const string variable = "FASTREBALANCE_TEST_TOKEN_WEAK";
        Environment.SetEnvironmentVariable(variable, token);
        List<ConfigProblem> problems = [];
        Assert.Null(WebOptions.Parse("127.0.0.1:80", variable, problems));
        ConfigProblem problem = Assert.Single(problems);
        Assert.Contains(says, problem.Found);
        Assert.Contains(variable, problem.Found);
        Assert.DoesNotContain("short", problem.Found);
    }
}
