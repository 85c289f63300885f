using FastRebalance.Configuration;
using FastRebalance.Core.Assets;
using FastRebalance.Ethereum.Contracts;
using FastRebalance.Ethereum.Rpc;
using FastRebalance.Execution;

namespace FastRebalance.Hosting;

/// <summary>What was found of a configured executor.</summary>
/// <param name="Executor">The contract.</param>
/// <param name="CodeMatches">Its code is one that this program was built with: of a portfolio that borrows, the leveraged one's.</param>
/// <param name="Artifact">What the code was held against.</param>
/// <param name="Facts">What it says of itself; null where it does not answer.</param>
/// <param name="Problems">Everything that keeps a run from trading through it, its vault's allowances included.</param>
public sealed record ExecutorExamination(Address Executor, bool CodeMatches, ExecutorArtifact Artifact, ExecutorFacts? Facts, IReadOnlyList<string> Problems)
{
    /// <summary>Looks the configured executor over; sends nothing.</summary>
    /// <exception cref="ConfigException">The configuration has mistakes, or names no executor.</exception>
    public static async Task<ExecutorExamination> ExamineAsync(string path, CancellationToken cancellation)
    {
        await using PreparedRun run = await PreparedRun.PrepareAsync(path, cancellation).ConfigureAwait(false);
        if (!run.Config.Contracts.TryGetValue(ContractNames.RebalanceExecutor, out Address executor))
            throw new ConfigException(
                [new ConfigProblem($"contracts.{ContractNames.RebalanceExecutor}", "nothing", "the executor's address; `fastrebalance executor deploy -c FILE` makes one")]);
        byte[] code = await run.Node.CodeAsync(executor, BlockRef.Latest, cancellation).ConfigureAwait(false);
        AccountCheck check = await new DeskAccount(run.ToExecutionSetup(dryRun: true), run.Node).CheckAsync(cancellation).ConfigureAwait(false);
        // Where nothing is borrowed either will do.
        ExecutorArtifact artifact = run.Lending is not null || ExecutorArtifact.Leveraged.IsCodeOf(code) ? ExecutorArtifact.Leveraged : ExecutorArtifact.Current;
        return new ExecutorExamination(
            executor, artifact.IsCodeOf(code), artifact, run.Executor,
            [.. check.Problems.Where(p => p.Kind is AccountProblemKind.ExecutorNotReady or AccountProblemKind.NoAllowance).Select(p => p.Message)]);
    }
}
