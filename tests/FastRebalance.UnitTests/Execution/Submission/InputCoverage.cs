using FastRebalance.Execution.Submission;

namespace FastRebalance.UnitTests.Execution.Submission;

/// <summary>Which inputs met a slot in which state.</summary>
internal sealed class InputCoverage
{
    private readonly uint[] _seen = new uint[Enum.GetValues<SlotState>().Length];

    public void Note(SlotState state, MachineInput input) => _seen[(int)state] |= 1u << (int)input;

    public bool Saw(SlotState state, MachineInput input) => (_seen[(int)state] & (1u << (int)input)) != 0;

    public int Count => _seen.Sum(static states => int.PopCount((int)states));
}
