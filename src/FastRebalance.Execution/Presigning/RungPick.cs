namespace FastRebalance.Execution.Presigning;

/// <summary>The rung found for a decision.</summary>
/// <param name="Class">A hit, or why none.</param>
/// <param name="Rung">Its number on the slot's ladder; -1 for none.</param>
/// <param name="FeeLevel">Its fee level.</param>
/// <param name="SizeErrorBps">By how much less it sells than decided, of the leg that lacks most, rounded up.</param>
/// <param name="RegretBps">What the ideal fill would sell and this one does not, in bps of the order, rounded up.</param>
public readonly record struct RungPick(HitClass Class, int Rung, int FeeLevel, int SizeErrorBps, int RegretBps)
{
    public bool IsHit => Class is HitClass.HitExact or HitClass.HitBucket;

    internal static RungPick Miss(HitClass why) => new(why, -1, -1, 0, 0);
}
