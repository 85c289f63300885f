using System.Text.Json;
using FastRebalance.Amm;
using FastRebalance.Composition;
using FastRebalance.Core.Assets;
using FastRebalance.Engine.Sizing;
using FastRebalance.Ethereum.Chains;
using FastRebalance.Ethereum.Rpc;

namespace FastRebalance.Configuration;

/// <summary>A configuration whose every field was read and checked without asking a chain.</summary>
public sealed record ConfigFile
{
    /// <summary>Folder of the file: relative paths start here.</summary>
    public required string Folder { get; init; }

    /// <summary>The whole text that was read.</summary>
    public string Text { get; init; } = "";

    /// <summary>The file that it was read from; null where it was given as text.</summary>
    public string? Path { get; init; }

    public required ChainSection Chain { get; init; }

    public required AccountSection Account { get; init; }

    /// <summary>Who signs safety orders; null where the account signs all.</summary>
    public AccountSection? SafetyAccount { get; init; }

    /// <summary>Contract addresses by their configured name.</summary>
    public required IReadOnlyDictionary<string, Address> Contracts { get; init; }

    /// <summary>How the executor contract is used, where <see cref="Contracts"/> names one.</summary>
    public ExecutorSection Executor { get; init; } = new(false, ExecutorSection.UsualMinFillBps);

    public required AssetId Numeraire { get; init; }

    public required AssetId Native { get; init; }

    public required IReadOnlyList<AssetSection> Assets { get; init; }

    public required IReadOnlyList<PoolSection> Pools { get; init; }

    public required IReadOnlyList<PluginSection> Feeds { get; init; }

    public required PortfolioSection Portfolio { get; init; }

    public required SubmitSection Submit { get; init; }

    public required EngineSection Engine { get; init; }

    /// <summary>Configurations that are run along with this one, each with an account of its own; relative to the folder.</summary>
    public IReadOnlyList<string> Desks { get; init; } = [];

    public string Resolve(string path) => System.IO.Path.GetFullPath(System.IO.Path.Combine(Folder, path));
}

/// <param name="Id">The chain's own id; a node that answers otherwise is refused.</param>
/// <param name="Endpoints">Tried in this order; socket paths are absolute.</param>
public sealed record ChainSection(ulong Id, IReadOnlyList<RpcEndpoint> Endpoints)
{
    /// <summary>The kind of chain: as configured, or else as its id says.</summary>
    public IChainProfile Profile { get; init; } = ChainProfiles.Unknown;

    /// <summary>The profile's rules, with what the configuration sets itself.</summary>
    public ChainRules Rules { get; init; } = ChainProfiles.Unknown.Rules;

    /// <summary>No profile knows the chain, and none was named.</summary>
    public bool IsUnknown => Profile == ChainProfiles.Unknown;

    /// <summary>What a run must say of the profile; empty where nothing.</summary>
    public string Note => IsUnknown
        ? $"no profile knows chain {Id}: it is taken for one like Ethereum, with {Rules.FinalDepth} blocks until final; a fee for L1 is not counted. "
            + $"Name chain.profile: {ChainProfiles.NamesText}"
        : "";
}

/// <summary>Who signs: a keystore with its password file, another program, or, for tests, a key in an environment variable. One of them is set.</summary>
/// <param name="Keystore">A version 3 keystore.</param>
/// <param name="PasswordFile">The file with its password.</param>
/// <param name="PrivateKeyEnv">The variable's name.</param>
public sealed record AccountSection(string? Keystore, string? PasswordFile, string? PrivateKeyEnv)
{
    /// <summary>The program that holds the key; null where the key is opened here.</summary>
    public RemoteSignerSection? RemoteSigner { get; init; }

    /// <summary>Whether core files and debuggers may look into a process that holds a key.</summary>
    public bool AllowDumps { get; init; }
}

/// <param name="Kind">A name of <see cref="Ethereum.Signers.RemoteSigners.Names"/>.</param>
/// <param name="Url">http or https.</param>
/// <param name="Address">Whose key it holds.</param>
/// <param name="Timeout">How long an order waits for a signature.</param>
/// <param name="AuthorizationFile">A file with the value of the Authorization header; null for none.</param>
public sealed record RemoteSignerSection(string Kind, Uri Url, Address Address, TimeSpan Timeout, string? AuthorizationFile);

public sealed record AssetSection(string Symbol, Address Address, int Decimals);

/// <param name="Kind">Name of the AMM.</param>
/// <param name="Address">The pool's contract.</param>
/// <param name="FeePips">A fork's own fee where the contract does not tell it; null to ask the contract or take the AMM's usual one.</param>
/// <param name="Parameters">What else its kind wants, by name.</param>
public sealed record PoolSection(string Kind, Address Address, uint? FeePips, IReadOnlyDictionary<string, string> Parameters)
{
    public PoolSection(string kind, Address address, uint? feePips) : this(kind, address, feePips, PoolSite.NoParameters)
    {
    }
}

/// <summary>A plug-in by name, with its options still as JSON.</summary>
public sealed record PluginSection(string Path, string Kind, JsonElement Options);

public sealed record PortfolioSection(
    string Name, PluginSection Target, IReadOnlyList<PluginSection> Triggers, PluginSection Sizing, RiskSection Risk)
{
    /// <summary>What must be done whether it pays or not; null where the portfolio has no such part.</summary>
    public SafetySection? Safety { get; init; }

    /// <summary>What the sizers of both tiers keep to; null where the portfolio could not be read.</summary>
    public SizingConstraints? Constraints { get; init; }

    /// <summary>How plans are made, where something in the portfolio goes by them.</summary>
    public PlannerSection Planner { get; init; } = new("", new());

    /// <summary>
    /// What a portfolio with debt is held to; null where it only holds. It stands for target, triggers and sizing, which are then named by it.
    /// </summary>
    public PluginSection? Position { get; init; }

    /// <summary>The lending market that the portfolio borrows in; null where it only holds.</summary>
    public LendingSection? Lending { get; init; }
}

/// <param name="Triggers">At least one.</param>
/// <param name="Sizing">Null: as in economy.</param>
/// <param name="Risk">Whole: what the section does not name stands as in economy, but for the gates that must not stop safety.</param>
public sealed record SafetySection(IReadOnlyList<PluginSection> Triggers, PluginSection? Sizing, RiskSection Risk);

public sealed record SubmitSection(IReadOnlyList<PluginSection> Channels, double MaxFeePerGasGwei, TimeSpan Deadline)
{
    /// <summary>How fees are chosen, and what may be spent on them.</summary>
    public FeesSection Fees { get; init; } = new();

    /// <summary>What is signed before it is decided.</summary>
    public PresignSection Presign { get; init; } = new();

    /// <summary>Watching pending transactions.</summary>
    public MempoolSection Mempool { get; init; } = new();
}
