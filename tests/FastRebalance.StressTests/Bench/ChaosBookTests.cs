using FastRebalance.Bench.Chaos;
using FastRebalance.Core.Assets;
using FastRebalance.Execution.Submission;

namespace FastRebalance.StressTests.Bench;

/// <summary>What the checker of the chaos runs says to promises that were kept, and to each that was not.</summary>
public sealed class ChaosBookTests
{
    private static readonly Hash32 s_fill = Hash32.Parse("0x" + new string('1', 64));
    private static readonly Hash32 s_other = Hash32.Parse("0x" + new string('2', 64));

    private static readonly string[] s_released = [$"a 5 {s_fill} 1 7 42", $"A 5 {s_fill} 1 7 42", $"r 5 {s_fill}", $"R 5 {s_fill}"];
    private static readonly string[] s_ended = ["f 5 1", "F 5 1"];

    [Fact]
    public void Check_FilledOnceAndEnded_FindsNothing() =>
        Assert.Empty(Heard([.. s_released, .. s_ended], Sight(6, 6, [(5, s_fill)], (42, s_fill))));

    [Fact]
    public void Check_SameDecisionInTwoTransactions_IsADoubleFill() =>
        AssertFound(ChaosFault.DoubleFill, [.. s_released, .. s_ended], Sight(6, 6, [(5, s_fill)], (42, s_fill), (42, s_other)));

    [Fact]
    public void Check_OrderUnderTwoDecisions_IsADoubleFill()
    {
        ChaosSight sight = Sight(6, 6, [(5, s_fill)], (42, s_fill)) with { Fills = [new(new(7, 42), s_fill), new(new(8, 42), s_other)] };
        AssertFound(ChaosFault.DoubleFill, [.. s_released, .. s_ended], sight);
    }

    [Fact]
    public void Hear_NonceLetGoForTwoDecisions_IsADoubleFill() =>
        AssertFound(ChaosFault.DoubleFill, [.. s_released, $"A 5 {s_other} 1 7 43", $"R 5 {s_other}"]);

    [Fact]
    public void Hear_OrderLetGoAtTwoNonces_IsADoubleFill() =>
        AssertFound(ChaosFault.DoubleFill, [.. s_released, $"A 6 {s_other} 1 7 42", $"R 6 {s_other}"]);

    [Fact]
    public void Hear_NonceNeverSentThenReused_FindsNothing() =>
        Assert.Empty(Heard([.. s_released, "n 5", "N 5", $"A 5 {s_other} 1 7 43", $"R 5 {s_other}"]));

    [Fact]
    public void Check_LetGoAndNowhere_IsALostIntent() =>
        AssertFound(ChaosFault.LostIntent, s_released, Sight(5, 5, []));

    [Fact]
    public void Check_LeftInThePool_IsALostIntent() =>
        AssertFound(ChaosFault.LostIntent, [], Sight(5, 6, []));

    [Fact]
    public void Check_MinedAfterItWasGivenUp_IsALostIntent() =>
        AssertFound(ChaosFault.LostIntent, [.. s_released, "n 5", "N 5", .. s_ended], Sight(6, 6, [(5, s_fill)], (42, s_fill)));

    [Fact]
    public void Check_TransactionThatNobodyArmed_IsForeign() =>
        AssertFound(ChaosFault.Foreign, [], Sight(6, 6, [(5, s_other)]));

    [Fact]
    public void Hear_LogWithoutWhatWasArmed_IsALostIntent() =>
        AssertFound(ChaosFault.LostIntent, [$"A 5 {s_fill} 1 7 42", "O 0 1 2"]);

    [Fact]
    public void Hear_LogThatDoesNotKnowWhatLeft_IsALostIntent() =>
        AssertFound(ChaosFault.LostIntent, [.. s_released, "S 5 0", $"H 5 {s_fill} 0", "O 0 1 2"]);

    [Fact]
    public void Hear_LogWithoutAnEnd_IsALostIntent() =>
        AssertFound(ChaosFault.LostIntent, [.. s_released, .. s_ended, "S 5 0", $"H 5 {s_fill} 2", "O 0 1 2"]);

    [Fact]
    public void Hear_LogWithAnAttemptThatNobodyArmed_IsForeign() =>
        AssertFound(ChaosFault.Foreign, ["S 5 0", $"H 5 {s_fill} 0", "O 0 1 2"]);

    [Fact]
    public void Hear_DiedBeforeTheLogTookIt_FindsNothing() =>
        Assert.Empty(Heard([$"a 5 {s_fill} 1 7 42", "O 0 1 2"]));

    [Fact]
    public void Hear_KillSwitchUpAgainByItself_IsALostIntent() =>
        AssertFound(ChaosFault.LostIntent, ["x 3", "X 3", "O 0 1 2"]);

    [Fact]
    public void Hear_FillLetGoWhileKilledHard_IsALostIntent() =>
        AssertFound(ChaosFault.LostIntent, ["x 3", "X 3", .. s_released]);

    private static void AssertFound(ChaosFault fault, string[] lines, ChaosSight? sight = null) =>
        Assert.Contains(Heard(lines, sight), finding => finding.Fault == fault);

    private static IReadOnlyList<ChaosFinding> Heard(string[] lines, ChaosSight? sight = null)
    {
        ChaosBook book = new();
        foreach (string line in lines)
            book.Hear(line);
        if (sight is not null)
            book.Check(sight);
        return book.Findings;
    }

    private static ChaosSight Sight(ulong nonce, ulong pending, (ulong Nonce, Hash32 Hash)[] mined, params (ulong Number, Hash32 Transaction)[] fills) => new(
        nonce, pending, mined, mined.Select(m => m.Hash).ToHashSet(),
        [.. fills.Select(fill => new ChaosFill(new DecisionId(7, fill.Number), fill.Transaction))]);
}
