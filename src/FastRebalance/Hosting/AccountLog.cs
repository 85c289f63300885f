using FastRebalance.Configuration;
using FastRebalance.Core.Assets;
using FastRebalance.Core.Hashing;
using FastRebalance.Execution.WriteAhead;

namespace FastRebalance.Hosting;

/// <summary>Where the write-ahead logs of a desk's accounts lie: beside its journals, one folder for each chain and key.</summary>
internal static class AccountLog
{
    private const string FolderName = "accounts";

    public static string RootOf(ConfigFile config) => Path.Combine(config.Resolve(config.Engine.Journal), FolderName);

    /// <exception cref="LogRefusedException">It cannot be trusted, or another engine has it.</exception>
    /// <exception cref="IOException">The disk refuses.</exception>
    public static SubmitterLog Open(PreparedRun run, Address sender, ReadOnlySpan<byte> setupJson) => SubmitterLog.Open(new SubmitterLogOptions
    {
        Root = RootOf(run.Config),
        ChainId = run.Config.Chain.Id,
        Sender = sender,
        Config = Keccak256.Hash(setupJson),
    });
}
