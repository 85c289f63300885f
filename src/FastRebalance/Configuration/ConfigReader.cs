using System.Text.Json;
using FastRebalance.Amm;
using FastRebalance.Core.Assets;

namespace FastRebalance.Configuration;

/// <summary>Reads a configuration file whole and lists every mistake in it. Nothing is started here and no chain is asked.</summary>
public static class ConfigReader
{
    /// <summary>What only simulations read.</summary>
    internal const string BackTestSection = "backtest";

    /// <summary>Where editors look for a file's schema.</summary>
    internal const string SchemaField = "$schema";

    /// <summary>Has the account's shape.</summary>
    internal const string SafetyAccountSection = "safetyAccount";

    private const string DesksField = "desks";
    private const string AccountShape = "{ \"keystore\": …, \"passwordFile\": … }";
    private const string AddressWanted = "0x and 40 hexadecimal digits";
    private const string DeadlineWanted = "whole seconds from 1 to 3600";
    private const int UsualDeadlineSeconds = 60;
    private static readonly string PoolKindNames = string.Join(", ", PoolKinds.All.Select(k => k.Name));
    private static readonly JsonDocumentOptions Json = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    /// <exception cref="ConfigException">The file is missing, is not JSON, or has mistakes: all of them are listed.</exception>
    public static ConfigFile Read(string path) => Require(problems => TryRead(path, problems));

    /// <param name="json">The configuration's text; comments are allowed.</param>
    /// <param name="folder">Relative paths start here.</param>
    /// <exception cref="ConfigException">The text is not JSON, or has mistakes: all of them are listed.</exception>
    public static ConfigFile Parse(string json, string folder) => Require(problems => TryParse(json, folder, problems));

    /// <summary>
    /// Reads as much as can be read and adds every mistake. What is wrong stands in the result as nothing (an asset without an address,
    /// a plug-in without a name), so that the checks that follow can still look at the rest.
    /// </summary>
    /// <returns>Null where there is no JSON object at all.</returns>
    internal static ConfigFile? TryRead(string path, List<ConfigProblem> problems)
    {
        if (File.Exists(path))
            return TryParseOf(File.ReadAllText(path), path, problems);
        problems.Add(new ConfigProblem(path, "no such file", "a configuration file; `fastrebalance devnet` writes one"));
        return null;
    }

    /// <summary>
    /// Reads what a simulation needs: assets (their addresses may be missing) and the portfolio. Whatever speaks of a chain is left unread,
    /// so that a live configuration serves as it is; no secret file is looked for.
    /// </summary>
    /// <param name="json">The configuration's text; comments are allowed.</param>
    /// <param name="folder">Relative paths start here.</param>
    /// <param name="problems">Every mistake is added.</param>
    /// <param name="root">The whole object, for sections that only a simulation has; null with the result.</param>
    /// <returns>Null where there is no JSON object at all.</returns>
    internal static ConfigFile? ParseForSimulation(string json, string folder, List<ConfigProblem> problems, out JsonSection? root)
    {
        root = TryParseRoot(json, problems);
        return root is null ? null : ReadSimulated(root, folder) with { Text = json };
    }

    /// <summary>What is asked of a configuration that says nothing; see <see cref="FieldNotes"/>.</summary>
    internal static FieldNotes Ask(bool assumesAll)
    {
        FieldNotes notes = new(assumesAll);
        ReadRoot(new JsonSection(FieldNotes.Stand(notes), "", [], notes), Path.GetTempPath());
        return notes;
    }

    /// <summary>As <see cref="TryRead"/>, for a text that is in the file now or was a moment ago.</summary>
    internal static ConfigFile? TryParseOf(string json, string path, List<ConfigProblem> problems)
    {
        string whole = Path.GetFullPath(path);
        return TryParse(json, Path.GetDirectoryName(whole)!, problems) is { } config ? config with { Path = whole } : null;
    }

    private static ConfigFile? TryParse(string json, string folder, List<ConfigProblem> problems) =>
        TryParseRoot(json, problems) is { } root ? ReadRoot(root, folder) with { Text = json } : null;

    private static JsonSection? TryParseRoot(string json, List<ConfigProblem> problems)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(json, Json);
            return new JsonSection(document.RootElement.Clone(), "", problems);
        }
        catch (JsonException e)
        {
            problems.Add(new ConfigProblem("$", $"text that is not JSON ({e.Message})", "a JSON object; comments are allowed"));
            return null;
        }
    }

    private static ConfigFile Require(Func<List<ConfigProblem>, ConfigFile?> read)
    {
        List<ConfigProblem> problems = [];
        ConfigFile? config = read(problems);
        return config is not null && problems.Count == 0 ? config : throw new ConfigException(problems);
    }

    private static ConfigFile ReadRoot(JsonSection root, string folder)
    {
        List<AssetSection> assets = ReadAssets(root);
        ConfigFile config = new()
        {
            Folder = folder,
            Chain = ChainSectionReader.Read(root.Section("chain", "{ \"id\": …, \"endpoints\": [ … ] }"), folder),
            Account = AccountSectionReader.Read(root.Section("account", AccountShape), folder),
            SafetyAccount = root.Has(SafetyAccountSection) ? AccountSectionReader.Read(root.Section(SafetyAccountSection, AccountShape), folder) : null,
            Contracts = ReadContracts(root.Section("contracts", "{ \"rebalanceExecutor\": \"0x…\" }")),
            Executor = ExecutorSection.Read(root.Section("executor", "{ \"minFillBps\": 5000 }", required: false), folder),
            Assets = assets,
            Numeraire = ReadAssetName(root, "numeraire", assets),
            Native = ReadAssetName(root, "native", assets),
            Pools = ReadPools(root),
            Feeds = ReadPlugins(root, "feeds"),
            Portfolio = ReadPortfolio(root, assets),
            Submit = ReadSubmit(root.Section("submit", "{ \"channels\": [ { \"kind\": \"public\" } ] }")),
            Engine = EngineSectionReader.Read(root.Section("engine", "{ }", required: false)),
            Desks = ReadDesks(root, folder),
        };
        root.Section(BackTestSection, "{ … }", required: false); // the simulations' own
        root.OptionalText(SchemaField, "where the schema of this file lies, for editors");
        root.RejectUnknown();
        CheckSafetyAccount(root, config);
        return config;
    }

    /// <summary>Files beside this one; a desk has none of its own.</summary>
    private static List<string> ReadDesks(JsonSection root, string folder)
    {
        const string Wanted = "files of further desks, such as [ \"leverage.json\" ]";
        if (!root.Has(DesksField))
            return [];
        List<string> desks = root.Texts(DesksField, Wanted);
        foreach (string desk in desks)
            if (!File.Exists(Path.Combine(folder, desk)))
                root.ReportField(DesksField, $"\"{desk}\", which is not there", Wanted);
        if (desks.Distinct().Count() < desks.Count)
            root.ReportField(DesksField, "a desk twice", "each once");
        return desks;
    }

    private static ConfigFile ReadSimulated(JsonSection root, string folder)
    {
        List<AssetSection> assets = ReadAssets(root, needsAddress: false);
        List<ConfigProblem> unread = [];
        ConfigFile config = new()
        {
            Folder = folder,
            Chain = new ChainSection(0, []),
            Account = new AccountSection(null, null, null),
            Contracts = new Dictionary<string, Address>(),
            Assets = assets,
            Numeraire = ReadAssetName(root, "numeraire", assets),
            Native = ReadAssetName(root, "native", assets),
            Pools = [],
            Feeds = [],
            Portfolio = ReadPortfolio(root, assets),
            Submit = new SubmitSection([], 1, root.Section("submit", "{ }", required: false).DeadlineOrUsual()),
            Engine = EngineSectionReader.Read(new JsonSection(default, "engine", unread)),
        };
        foreach (string live in (string[])["chain", "account", SafetyAccountSection, "contracts", "executor", "pools", "feeds", "engine", DesksField, BackTestSection, SchemaField])
            root.Has(live);
        root.RejectUnknown();
        return config;
    }

    private static void CheckSafetyAccount(JsonSection root, ConfigFile config)
    {
        if (config.SafetyAccount is null)
            return;
        if (!config.Contracts.ContainsKey(ContractNames.RebalanceExecutor))
            root.ReportField(
                SafetyAccountSection, "a second key, and no executor: a router trades the account's own tokens alone",
                $"contracts.{ContractNames.RebalanceExecutor}, or no {SafetyAccountSection}");
        if (config.Portfolio.Safety is null)
            root.ReportField(
                SafetyAccountSection, "a key for safety orders, and none can come", $"portfolios[0].safety, or no {SafetyAccountSection}");
    }

    private static TimeSpan DeadlineOrUsual(this JsonSection submit) =>
        TimeSpan.FromSeconds(submit.Integer("deadlineSeconds", DeadlineWanted, 1, 3600, UsualDeadlineSeconds));

    private static Dictionary<string, Address> ReadContracts(JsonSection section)
    {
        Dictionary<string, Address> contracts = [];
        foreach ((string name, string text) in section.AllTexts(AddressWanted))
        {
            if (!ContractNames.All.Contains(name))
                section.ReportField(name, "an unknown contract", $"one of {string.Join(", ", ContractNames.All)}");
            else if (Address.TryParse(text, out Address address) && !address.IsZero)
                contracts[name] = address;
            else
                section.ReportField(name, text, AddressWanted);
        }
        if (section.Exists && !ContractNames.OfOrders.Any(name => section.Element.TryGetProperty(name, out _)))
            section.ReportField(
                ContractNames.RebalanceExecutor, "nothing",
                $"the address of the desk's executor (fastrebalance executor deploy), or {ContractNames.SwapRouter02}, that of Uniswap's SwapRouter02");
        return contracts;
    }

    private static List<AssetSection> ReadAssets(JsonSection root, bool needsAddress = true)
    {
        List<AssetSection> assets = [];
        foreach (JsonSection section in root.Sections("assets", "a list of { \"symbol\", \"address\", \"decimals\" }"))
        {
            string symbol = section.Text("symbol", "the asset's name");
            Address address = needsAddress || section.Has("address") ? ReadAddress(section) : Address.Zero;
            int decimals = (int)section.Integer("decimals", "a whole number from 0 to 36", 0, 36);
            section.RejectUnknown();
            if (symbol.Length > 0 && assets.Exists(a => a.Symbol == symbol))
                section.ReportField("symbol", $"{symbol} a second time", "each asset once");
            if (!address.IsZero && assets.Find(a => a.Address == address) is { } twin)
                section.ReportField("address", $"the address of {twin.Symbol}", "each address once");
            assets.Add(new AssetSection(symbol, address, decimals));
        }
        if (assets.Count == 1)
            root.ReportField("assets", "one asset", "at least two: there is nothing to balance otherwise");
        return assets;
    }

    private static AssetId ReadAssetName(JsonSection root, string field, List<AssetSection> assets)
    {
        string wanted = assets.Count > 0 ? $"one of {string.Join(", ", assets.Select(a => a.Symbol))}" : "the symbol of an asset";
        string symbol = root.Text(field, wanted);
        int index = assets.FindIndex(a => a.Symbol == symbol);
        if (index >= 0)
            return AssetId.FromIndex(index);
        if (symbol.Length > 0)
            root.ReportField(field, $"\"{symbol}\"", wanted);
        return AssetId.None;
    }

    private static List<PoolSection> ReadPools(JsonSection root)
    {
        List<PoolSection> pools = [];
        foreach (JsonSection section in root.Sections("pools", "a list of { \"kind\", \"address\" }"))
        {
            string kind = section.Text("kind", $"one of {PoolKindNames}");
            if (kind.Length > 0 && !PoolKinds.TryFind(kind, out _))
                section.ReportField("kind", $"\"{kind}\"", $"one of {PoolKindNames}");
            Address address = ReadAddress(section);
            IReadOnlyDictionary<string, string> parameters = ReadPoolParameters(section, kind);
            // A contract that keeps many pools is named by each of them; what else they say tells them apart.
            if (!address.IsZero && pools.Exists(p => p.Address == address && SameParameters(p.Parameters, parameters)))
                section.ReportField("address", $"{address} a second time", "each pool once");
            long fee = section.Integer("feePips", "the fee in millionths, from 0 to 999999", 0, 999_999, -1);
            section.RejectUnknown();
            pools.Add(new PoolSection(kind, address, fee < 0 ? null : (uint)fee, parameters));
        }
        return pools;
    }

    private static IReadOnlyDictionary<string, string> ReadPoolParameters(JsonSection section, string kindName)
    {
        if (!PoolKinds.TryFind(kindName, out PoolKind? kind) || kind.Parameters.Count == 0)
            return PoolSite.NoParameters;
        Dictionary<string, string> parameters = [];
        foreach (PoolParameterName parameter in kind.Parameters)
            if (parameter.IsRequired || section.Has(parameter.Name))
                parameters[parameter.Name] = section.Text(parameter.Name, parameter.Wanted);
        return parameters;
    }

    private static bool SameParameters(IReadOnlyDictionary<string, string> left, IReadOnlyDictionary<string, string> right) =>
        left.Count == right.Count && left.All(pair => right.TryGetValue(pair.Key, out string? value) && value == pair.Value);

    private static Address ReadAddress(JsonSection section)
    {
        string text = section.Text("address", AddressWanted);
        if (Address.TryParse(text, out Address address) && !address.IsZero)
            return address;
        if (text.Length > 0)
            section.ReportField("address", $"\"{text}\"", AddressWanted);
        return Address.Zero;
    }

    private static List<PluginSection> ReadPlugins(JsonSection parent, string name) =>
        [.. parent.Sections(name, "a list of { \"kind\": … }").Select(ReadPlugin)];

    private static PluginSection ReadPlugin(JsonSection section) =>
        new(section.Path, section.Text("kind", "the plug-in's name"), section.Element);

    private static PortfolioSection ReadPortfolio(JsonSection root, List<AssetSection> assets)
    {
        List<JsonSection> sections = root.Sections("portfolios", "a list with one portfolio");
        if (sections.Count > 1)
            root.ReportField("portfolios", $"{sections.Count} portfolios", "one: several on one account are not there yet, run one process for each account");
        if (sections.Count == 0)
            return EmptyPortfolio;
        JsonSection section = sections[0];
        PluginSection? position = section.Has("position") ? ReadPlugin(section.Section("position", "{ \"kind\": \"constant-leverage\", … }")) : null;
        PortfolioSection portfolio = new(
            section.Text("name", "a name"),
            position ?? ReadPlugin(section.Section("target", "{ \"kind\": \"fixed-weights\", \"weights\": { … } }")),
            position is null ? ReadPlugins(section, "triggers") : [position],
            position ?? ReadPlugin(section.Section("sizing", "{ \"kind\": \"to-target\" }")),
            RiskSectionReader.Read(section.Section("risk", "{ \"maxSlippageBps\": …, \"maxTradeNumeraire\": … }"), assets))
        {
            Planner = PlannerSectionReader.Read(section.Section("planner", "{ \"every\": \"00:01:00\" }", required: false), assets),
            Position = position,
        };
        portfolio = portfolio with { Safety = ReadSafety(section, assets, portfolio.Risk, position) };
        portfolio = portfolio with { Constraints = ConstraintsReader.Read(section.Section("constraints", "{ }", required: false), assets) };
        portfolio = portfolio with { Lending = LendingSection.Read(section) };
        CheckPosition(section, portfolio);
        section.RejectUnknown();
        return portfolio;
    }

    /// <summary>A position is its own target, triggers and sizing, and it borrows somewhere.</summary>
    private static void CheckPosition(JsonSection section, PortfolioSection portfolio)
    {
        if (portfolio.Position is null && portfolio.Lending is not null)
            section.ReportField("lending", "a lending market, and nothing that borrows there", "a position: { \"kind\": \"constant-leverage\", … }, or no lending");
        if (portfolio.Position is null)
            return;
        if (portfolio.Lending is null && !section.Has("lending"))
            section.ReportField("lending", "nothing", "the lending market of the position: { \"market\": \"0x…\", \"healthFloor\": 1.05 }");
        foreach (string own in (string[])["target", "triggers", "sizing"])
            if (section.Has(own))
                section.ReportField(own, $"{own} beside a position", $"no {own}: the position says it");
        JsonSection constraints = section.Section("constraints", "{ }", required: false);
        foreach (string name in constraints.FieldNames)
            if (name != ConstraintsReader.Lots)
                constraints.ReportField(name, $"{name} beside a position", $"{ConstraintsReader.Lots} alone: a position sizes by its debt, and keeps to nothing else here");
    }

    private static SafetySection? ReadSafety(JsonSection portfolio, List<AssetSection> assets, RiskSection economic, PluginSection? position)
    {
        if (!portfolio.Has("safety") && position is null)
            return null;
        // A position's safety needs no section: its limits are then economy's, but for the gates that must not stop it.
        JsonSection section = portfolio.Section("safety", "{ \"triggers\": [ … ] }", required: position is null);
        List<PluginSection> triggers = position is not null ? [position] : section.Exists ? ReadPlugins(section, "triggers") : [];
        PluginSection? sizing = section.Has("sizing") ? ReadPlugin(section.Section("sizing", "{ \"kind\": \"to-target\" }")) : null;
        RiskSection limits = RiskSectionReader.ReadSafety(
            section.Section("risk", "{ \"maxSlippageBps\": … }", required: false), assets, economic);
        section.RejectUnknown();
        return new SafetySection(triggers, sizing, limits);
    }

    private static PortfolioSection EmptyPortfolio =>
        new("", new PluginSection("", "", default), [], new PluginSection("", "", default), new RiskSection(0, 0, default, default, 0));

    private static SubmitSection ReadSubmit(JsonSection section)
    {
        List<PluginSection> channels = section.Exists ? ReadPlugins(section, "channels") : [];
        double maxFee = section.Number("maxFeePerGasGwei", "a number above 0", x => x is > 0 and < 1e9);
        long deadline = section.Integer("deadlineSeconds", DeadlineWanted, 1, 3600, UsualDeadlineSeconds);
        FeesSection fees = FeesSection.Read(section.Section("fees", "{ \"alphaBps\": … }", required: false));
        PresignSection presign = PresignSection.Read(section.Section("presign", "{ \"enabled\": true }", required: false));
        MempoolSection mempool = MempoolSection.Read(section.Section("mempool", "{ \"enabled\": true }", required: false));
        section.RejectUnknown();
        return new SubmitSection(channels, maxFee, TimeSpan.FromSeconds(deadline)) { Fees = fees, Presign = presign, Mempool = mempool };
    }
}
