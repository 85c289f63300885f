using System.Runtime.InteropServices;
using FastRebalance.Configuration;
using FastRebalance.Core.Assets;
using FastRebalance.Ethereum.Keys;
using FastRebalance.Ethereum.Rpc;
using FastRebalance.Execution;
using FastRebalance.Hosting.Examination;
using FastRebalance.Hosting.Placement;
using FastRebalance.Native;
using FastRebalance.Native.Machine;

namespace FastRebalance.Hosting;

/// <summary>Looks over the machine, and with a configuration the node, the key, the balances and the allowances. Sends nothing unless asked to approve.</summary>
public static class Doctor
{
    /// <summary>The machine alone.</summary>
    public static List<Finding> ExamineMachine() => ExamineMachine(engine: null);

    /// <summary>The configuration and all it names.</summary>
    /// <param name="file">The configuration's path.</param>
    /// <param name="approve">Whether to give the contract that runs the orders the allowances that are missing; that sends transactions.</param>
    /// <param name="cancellation">Gives up.</param>
    public static async Task<List<Finding>> ExamineAsync(string file, bool approve, CancellationToken cancellation)
    {
        List<Finding> findings = ExamineMachine(ConfigReader.TryRead(file, [])?.Engine); // what is wrong with the file is told below
        try
        {
            await using PreparedRun run = await PreparedRun.PrepareAsync(file, cancellation).ConfigureAwait(false);
            ConfigFile config = run.Config;
            findings.Add(new("configuration", Health.Good, $"{config.Assets.Count} assets, {config.Pools.Count} pools", ""));
            findings.Add(new("node", Health.Good, $"chain {config.Chain.Id} at {run.Node.Endpoint}", ""));
            findings.Add(config.Chain.IsUnknown
                ? new("chain", Health.Advice, config.Chain.Note, $"chain.profile: one of {Composition.ChainProfiles.NamesText}")
                : new("chain", Health.Good, $"{config.Chain.Id}, profile {config.Chain.Profile.Name}", ""));
            findings.AddRange(run.Advice);
            await ExamineEndpointsAsync(run, findings, cancellation).ConfigureAwait(false);
            findings.Add(ExamineKey(run));
            await ExamineAccountAsync(run, approve, findings, cancellation).ConfigureAwait(false);
            if (run.SafetySigner is not null)
                await ExamineSafetyAsync(run, findings, cancellation).ConfigureAwait(false);
        }
        catch (ConfigException e)
        {
            findings.AddRange(e.Problems.Select(p => new Finding(p.Path, Health.Bad, p.Found, p.Wanted)));
        }
        catch (RpcTransportException e)
        {
            findings.Add(new("node", Health.Bad, e.Message, "start the node, or name one that answers in chain.endpoints"));
        }
        return findings;
    }

    /// <summary>Every endpoint is spoken to, also those that only stand by.</summary>
    private static async Task ExamineEndpointsAsync(PreparedRun run, List<Finding> findings, CancellationToken cancellation)
    {
        foreach (RpcEndpoint endpoint in run.Config.Chain.Endpoints)
            try
            {
                await using EthereumNode node = await EthereumNode.ConnectAsync(
                    new EthereumNodeOptions { Endpoints = [endpoint], ExpectedChainId = run.Config.Chain.Id }, cancellation).ConfigureAwait(false);
                for (int i = 0; i < 5; i++)
                    await node.BlockAsync(BlockRef.Latest, cancellation).ConfigureAwait(false);
                findings.Add(new("endpoint", Health.Good, node.Endpoints[0].ToString(), ""));
            }
            catch (Exception e) when (e is RpcTransportException or RpcErrorException)
            {
                findings.Add(new("endpoint", Health.Advice, e.Message, "see to it, or leave it out of chain.endpoints"));
            }
    }

    private static async Task ExamineAccountAsync(PreparedRun run, bool approve, List<Finding> findings, CancellationToken cancellation)
    {
        DeskAccount desk = new(run.ToExecutionSetup(dryRun: false), run.Node);
        AccountCheck check = await desk.CheckAsync(cancellation).ConfigureAwait(false);
        List<AssetId> missing = [.. check.Problems.Where(p => p.Kind == AccountProblemKind.NoAllowance).Select(p => p.Asset)];
        if (approve && missing.Count > 0)
        {
            await desk.ApproveAsync(run.Signer, missing, cancellation).ConfigureAwait(false);
            check = await desk.CheckAsync(cancellation).ConfigureAwait(false);
        }
        findings.Add(new("gas", Health.Good, $"{TokenUnits.Format(check.BalanceWei, 18)} of the chain's coin", ""));
        foreach (AccountProblem problem in check.Problems)
            findings.Add(new(
                problem.Asset.IsNone ? "account" : $"allowance of {run.Setup.Assets[problem.Asset.Index].Symbol}",
                problem.IsFatal || problem.Kind == AccountProblemKind.NoAllowance ? Health.Bad : Health.Advice,
                problem.Message,
                problem.Kind == AccountProblemKind.NoAllowance ? "fastrebalance doctor -c FILE --approve" : ""));
    }

    /// <summary>What is the account's as well, such as the vault's allowances, is told there.</summary>
    private static async Task ExamineSafetyAsync(PreparedRun run, List<Finding> findings, CancellationToken cancellation)
    {
        AccountCheck check = await new DeskAccount(run.ToSafetySetup(dryRun: false), run.Node).CheckAsync(cancellation).ConfigureAwait(false);
        findings.Add(new(
            "safety account", Health.Good,
            $"{Eip55.Format(run.SafetySigner!.Address)}, with {TokenUnits.Format(check.BalanceWei, 18)} of the chain's coin", ""));
        foreach (AccountProblem problem in check.Problems.Where(static problem => problem.Asset.IsNone))
            findings.Add(new("safety account", problem.IsFatal ? Health.Bad : Health.Advice, problem.Message, ""));
    }

    private static List<Finding> ExamineMachine(EngineSection? engine)
    {
        MachineFacts facts = MachineFacts.Read();
        return
        [
            .. MachineExamination.Of(facts, PlacementTrials.Real),
            .. MachineExamination.OfConfiguration(facts, PlacementTrials.Real, engine),
            new("runtime", Health.Good, $"{RuntimeInformation.FrameworkDescription} on {RuntimeInformation.OSDescription} {RuntimeInformation.ProcessArchitecture}", ""),
            ExaminePathSearch(),
            ExamineSigner(),
            ExamineKeyMemory(),
        ];
    }

    private static Finding ExamineKey(PreparedRun run)
    {
        string account = Eip55.Format(run.Account);
        return run.Config.Account switch
        {
            { RemoteSigner: { } remote } => new("account", Health.Good, $"{account}, signed for by the {remote.Kind} at {remote.Url.Authority}", ""),
            { PrivateKeyEnv: { } variable } => new(
                "account", Health.Advice, $"{account}; its key is in the variable {variable}, where other programs of this user can read it",
                "fastrebalance keys import, and account.keystore"),
            { AllowDumps: true } => new(
                "account", Health.Advice, $"{account}; core files and debuggers may reach its key", "leave account.allowDumps out"),
            _ => new("account", Health.Good, account, ""),
        };
    }

    private static Finding ExamineKeyMemory()
    {
        using SecretMemory trial = SecretMemory.Take(1);
        return trial.Lock == MemoryStatus.Locked
            ? new("key memory", Health.Good, $"locked{(trial.Dumps == MemoryStatus.Advised ? ", and left out of core dumps" : "")}", "")
            : new("key memory", Health.Advice, $"{KeyGuard.NotLocked}: {MemoryPlacement.Explain(trial.Lock)}", MemoryPlacement.Remedy(trial.Lock));
    }

    private static Finding ExaminePathSearch() => PathSearch.IsAvailable(out string why)
        ? new("path search", Health.Good, "native", "")
        : new("path search", Health.Advice, $"managed: {why}", "install a C compiler and run ./build.sh native; routes are the same, a little slower");

    private static Finding ExamineSigner()
    {
        try
        {
            return SignerFinding.Of(Secp256k1.SignsByComb);
        }
        catch (NativeLibraryMissingException e)
        {
            return new Finding("signer", Health.Bad, e.Message, "apt-get install libsecp256k1-dev");
        }
    }
}
