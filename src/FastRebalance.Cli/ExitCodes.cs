namespace FastRebalance.Cli;

/// <summary>What the command tells its caller.</summary>
internal static class ExitCodes
{
    public const int Done = 0;
    public const int Failed = 1;

    /// <summary>The arguments or the configuration are wrong; nothing was started.</summary>
    public const int BadUsage = 2;
}
