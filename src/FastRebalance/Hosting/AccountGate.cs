using FastRebalance.Configuration;
using FastRebalance.Execution;

namespace FastRebalance.Hosting;

/// <summary>Refuses to start with an account that could not trade.</summary>
internal static class AccountGate
{
    /// <exception cref="ConfigException">Something must be repaired first; each thing with what to do.</exception>
    public static void Require(AccountCheck check, bool dryRun, string path = "account")
    {
        if (dryRun || check.Problems.Count == 0)
            return;
        throw new ConfigException(
            [.. check.Problems.Select(p => new ConfigProblem(path, p.Message, "an account that can trade; `fastrebalance doctor -c FILE` shows the way"))]);
    }
}
