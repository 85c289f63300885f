using FastRebalance.Execution.Submission;
using FastRebalance.Watching;

namespace FastRebalance.UnitTests.Watching;

public sealed class OperatorActionsTests
{
    [Fact]
    public void Refusal_EveryWordSaidTwice_IsNoneAndNamesTheAction()
    {
        foreach ((string word, _) in OperatorActions.Words)
        {
            Assert.Null(OperatorActions.Refusal(word, word, out OperatorAction action));
            Assert.Equal(word, OperatorActions.WordOf(action));
        }
    }

    [Theory]
    [InlineData(null, null, "\"action\" is one of pause")]
    [InlineData("stop", "stop", "no action is called \"stop\"")]
    [InlineData("Pause", "Pause", "no action is called")]
    [InlineData("pause", null, "{\"action\":\"pause\",\"confirm\":\"pause\"}")]
    [InlineData("kill-hard", "kill-soft", "say the word twice")]
    public void Refusal_NotSaidTwiceOrNoWord_SaysHowAndDoesNothing(string? word, string? confirm, string says)
    {
        Assert.Contains(says, OperatorActions.Refusal(word, confirm, out OperatorAction action));
        Assert.Equal(OperatorAction.None, action);
    }

    [Fact]
    public void KillOf_EachAction_OnlyKillsKill()
    {
        Assert.Equal(KillMode.Hard, OperatorActions.KillOf(OperatorAction.KillHard));
        Assert.Equal(KillMode.Off, OperatorActions.KillOf(OperatorAction.Pause));
        Assert.Equal(KillMode.Off, OperatorActions.KillOf(OperatorAction.None));
    }
}
