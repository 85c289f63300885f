using FastRebalance.Execution.Transactions;
using FastRebalance.Execution.WriteAhead;

namespace FastRebalance.Execution.Presigning;

/// <summary>What an arming did.</summary>
/// <param name="Verdict">How it ended.</param>
/// <param name="Rungs">Rungs that may be fired now.</param>
/// <param name="Cancels">Cancels that were signed for the reserve.</param>
/// <param name="Log">The log's last word.</param>
/// <param name="Encoding">The encoder's word where a call could not be written.</param>
/// <param name="FirstUsableNs">From the start to the first usable rung; 0 where none.</param>
/// <param name="TookNs">From the start to the last.</param>
/// <param name="Detail">What was found, for people; empty where armed.</param>
public readonly record struct ArmOutcome(
    ArmVerdict Verdict, int Rungs, int Cancels, LogVerdict Log, EncodeStatus Encoding, long FirstUsableNs, long TookNs, string Detail)
{
    public bool IsArmed => Verdict == ArmVerdict.Armed;
}
