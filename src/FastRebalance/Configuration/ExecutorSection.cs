namespace FastRebalance.Configuration;

/// <summary>How the executor contract is used, where <c>contracts</c> names one.</summary>
/// <param name="UsesPermit2">The vault's tokens are taken through Permit2's allowance instead of their own.</param>
/// <param name="MinFillBps">Least share of a single-pool leg that must be sold before its limit stops it, else the order reverts.</param>
public sealed record ExecutorSection(bool UsesPermit2, uint MinFillBps)
{
    public const uint UsualMinFillBps = 5_000;

    internal static ExecutorSection Read(JsonSection section)
    {
        ExecutorSection read = new(
            section.Flag("permit2", false),
            (uint)section.Integer("minFillBps", "a whole number of basis points from 1 to 10000", 1, 10_000, UsualMinFillBps));
        section.RejectUnknown();
        return read;
    }
}
