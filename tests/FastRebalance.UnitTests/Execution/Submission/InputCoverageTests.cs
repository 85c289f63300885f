using FastRebalance.Execution.Submission;

namespace FastRebalance.UnitTests.Execution.Submission;

/// <summary>The table of states and inputs: each pair is either met, or it stands here with the reason why it cannot be.</summary>
public sealed class InputCoverageTests
{
    private const int MostHistories = 60_000;

    [Fact]
    public void EveryPairOfStateAndInput_IsMetOrCannotBe()
    {
        InputCoverage coverage = new();
        for (int seed = 1; seed <= MostHistories; seed++)
            Histories.Run(Histories.SetupOf(seed), Histories.EventsOf(seed), settles: false, coverage: coverage);

        List<string> wrong = [];
        foreach (SlotState state in Enum.GetValues<SlotState>())
            foreach (MachineInput input in Enum.GetValues<MachineInput>())
            {
                string? reason = WhyNever(state, input);
                if (coverage.Saw(state, input) == (reason is not null))
                    wrong.Add(reason is null ? $"{state} never met {input}" : $"{state} met {input}, although {reason}");
            }
        Assert.True(wrong.Count == 0, string.Join("\n", wrong));
    }

    private static string? WhyNever(SlotState state, MachineInput input) => (state, input) switch
    {
        (SlotState.Empty, MachineInput.Order or MachineInput.Arm) => null,
        (SlotState.Empty, _) => "a nonce without a decision is no slot: there is nothing to tell it",
        (SlotState.Armed, MachineInput.MayRelease or MachineInput.Released or MachineInput.Unsigned) => "armed rungs are the trigger's: nobody asks for their release",
        (SlotState.Armed, MachineInput.Acknowledged or MachineInput.NotSent or MachineInput.Refused) => "the word of a shot comes before the answers to it",
        (SlotState.Armed, MachineInput.HeadWithIt) => "nothing of it is out, and the word of a shot comes before any block that could hold it",
        (SlotState.Firing or SlotState.Live or SlotState.Burying or SlotState.Included or SlotState.Suspect, MachineInput.Fired) =>
            "the hot table holds armed rungs only, and a nonce is shot at once; what fires all the same halts the account",
        (SlotState.Included, MachineInput.Released) => "what is mined does not leave again",
        (SlotState.Final, MachineInput.Unsigned or MachineInput.MayRelease or MachineInput.Acknowledged or MachineInput.NotSent or MachineInput.Refused) => null,
        (SlotState.Final, _) => "the account has let go of it: only what was under way still comes",
        _ => null,
    };
}
