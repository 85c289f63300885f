using FastRebalance.Watching;

namespace FastRebalance.UnitTests.Watching;

public sealed class OperatorPromptTests
{
    [Theory]
    [InlineData("py", OperatorAction.Pause)]
    [InlineData("rY", OperatorAction.Resume)]
    [InlineData("khkill-hard\r", OperatorAction.KillHard)]
    [InlineData("kskill-soft\n", OperatorAction.KillSoft)]
    [InlineData("kckill-colx\bd\r", OperatorAction.KillCold)]
    [InlineData("zpnpy", OperatorAction.Pause)]
    [InlineData("fflatten\r", OperatorAction.Flatten)]
    [InlineData("fy", OperatorAction.None)]
    [InlineData("pp", OperatorAction.None)]
    [InlineData("p\r", OperatorAction.None)]
    [InlineData("kx", OperatorAction.None)]
    [InlineData("khy", OperatorAction.None)]
    [InlineData("khkill\r", OperatorAction.None)]
    [InlineData("khkill-soft\r", OperatorAction.None)]
    [InlineData("khkill-hard\u001b\r", OperatorAction.None)]
    public void Take_Keys_OnlyAConfirmedActionComesOut(string keys, OperatorAction expected)
    {
        OperatorPrompt prompt = new();
        OperatorAction[] came = [.. keys.Select(prompt.Take)];
        Assert.Equal(expected, came[^1]);
        Assert.All(came[..^1], static action => Assert.Equal(OperatorAction.None, action));
        if (expected != OperatorAction.None)
            Assert.True(prompt.IsIdle);
    }

    [Fact]
    public void Line_WhileAKillIsTyped_ShowsTheWordThatIsWanted()
    {
        OperatorPrompt prompt = new();
        Assert.Equal(OperatorPrompt.Help, prompt.Line);
        foreach (char key in "khkil")
            prompt.Take(key);
        Assert.Equal("type kill-hard and Enter to confirm, Esc to leave it: kil", prompt.Line);
    }
}
