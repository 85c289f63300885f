using FastRebalance.Configuration;
using FastRebalance.Engine;
using FastRebalance.Engine.Positions;
using FastRebalance.Hosting;
using FastRebalance.Simulation.BackTests;
using FastRebalance.Simulation.Tapes;

namespace FastRebalance.BackTesting;

/// <summary>A configuration that was read and checked for back-tests: its policy can be built.</summary>
public sealed record BackTestConfig
{
    private BackTestConfig(ConfigFile file, BackTestSection section)
    {
        File = file;
        Section = section;
    }

    public ConfigFile File { get; }

    public BackTestSection Section { get; init; }

    public IReadOnlyList<string> Symbols => [.. File.Assets.Select(a => a.Symbol)];

    public TapeAssets TapeAssets => new([.. File.Assets.Select(a => new TapeAsset(a.Symbol, a.Decimals, a.Address))], File.Numeraire);

    /// <exception cref="ConfigException">The file is missing, is not JSON, or has mistakes: all of them are listed.</exception>
    public static BackTestConfig Read(string path) => System.IO.File.Exists(path)
        ? Parse(System.IO.File.ReadAllText(path), Path.GetDirectoryName(Path.GetFullPath(path))!)
        : throw new ConfigException([new ConfigProblem(path, "no such file", "a configuration file")]);

    /// <exception cref="ConfigException">The text is not JSON, or has mistakes: all of them are listed.</exception>
    public static BackTestConfig Parse(string json, string folder)
    {
        List<ConfigProblem> problems = [];
        ConfigFile? file = ConfigReader.ParseForSimulation(json, folder, problems, out JsonSection? root);
        BackTestSection? section = file is null
            ? null
            : BackTestSectionReader.Read(root!.Section(ConfigReader.BackTestSection, "{ }", required: false), file.Assets, file.Portfolio.Position is not null);
        if (file is not null)
            PolicyFactory.Build(file, problems);
        foreach (FollowedLiquidity followed in file is null ? [] : PolicyFactory.PositionOf(file)?.Follows ?? [])
            problems.Add(new ConfigProblem(
                $"{file!.Portfolio.Position!.Path}.{followed.Field}", "a pool position that is followed on the chain, and a back-test has none", "its numbers: low, high and liquidity"));
        return problems.Count == 0 && section is not null ? new BackTestConfig(file!, section) : throw new ConfigException(problems);
    }

    /// <summary>The setup over a tape.</summary>
    public BackTestSetup SetupOver(PriceTape prices, GasTape? gas) => new()
    {
        Assets = [.. File.Assets.Select(a => new EngineAsset(a.Symbol, a.Decimals))],
        Numeraire = File.Numeraire,
        Native = File.Native,
        MakePolicy = MakePolicy,
        Prices = prices,
        Gas = gas,
        Market = Section.Market,
        Lending = Section.Lending,
        InitialValueNumeraire = Section.InitialValueNumeraire,
        Holdings = Section.Holdings,
        GasPerTrade = Section.GasPerTrade,
        GasNumerairePerTrade = Section.GasNumerairePerTrade,
        GasPriceGwei = Section.GasPriceGwei,
        BlockTime = Section.BlockTime,
        Latency = Section.Latency,
        FailureRate = Section.FailureRate,
        Seed = Section.Seed,
        RiskAversion = Section.RiskAversion,
    };

    private PortfolioPolicy MakePolicy()
    {
        List<ConfigProblem> problems = [];
        return PolicyFactory.Build(File, problems) ?? throw new ConfigException(problems);
    }
}
