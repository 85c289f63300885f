using FastRebalance.Ethereum.Contracts;

namespace FastRebalance.Configuration;

/// <summary>How the executor contract is used, where <c>contracts</c> names one.</summary>
/// <param name="UsesPermit2">The vault's tokens are taken through Permit2's allowance instead of their own.</param>
/// <param name="MinFillBps">Least share of a single-pool leg that must be sold before its limit stops it, else the order reverts.</param>
/// <param name="Intent">What the vault's owner signed, for an account that is trusted with that alone; null where it sets its own limits.</param>
public sealed record ExecutorSection(bool UsesPermit2, uint MinFillBps, SignedIntent? Intent = null)
{
    public const uint UsualMinFillBps = 5_000;

    internal static ExecutorSection Read(JsonSection section, string folder)
    {
        ExecutorSection read = new(
            section.Flag("permit2", false),
            (uint)section.Integer("minFillBps", "a whole number of basis points from 1 to 10000", 1, 10_000, UsualMinFillBps),
            ReadIntent(section, folder));
        section.RejectUnknown();
        return read;
    }

    private static SignedIntent? ReadIntent(JsonSection section, string folder)
    {
        const string wanted = "the file that `fastrebalance executor sign-intent` wrote";
        if (section.OptionalText("intent", wanted) is not { } file)
            return null;
        try
        {
            SignedIntent signed = IntentFile.Read(Path.Combine(folder, file));
            if (!signed.Signature.IsEmpty)
                return signed;
            section.ReportField("intent", $"{file}, which nobody has signed", wanted);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException)
        {
            section.ReportField("intent", $"{file}: {e.Message}", wanted);
        }
        return null;
    }
}
