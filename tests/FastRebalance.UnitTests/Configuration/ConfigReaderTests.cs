using FastRebalance.Configuration;
using FastRebalance.Core.Assets;
using FastRebalance.Ethereum.Rpc;
using FastRebalance.Native.Machine;

namespace FastRebalance.UnitTests.Configuration;

public sealed class ConfigReaderTests : IDisposable
{
    private const string RightSigner = """{ "kind": "web3signer", "url": "http://127.0.0.1:9000", "address": "0x00000000000000000000000000000000000000d1" }""";

    private readonly SampleConfig _sample = new();

    public void Dispose() => _sample.Dispose();

    [Fact]
    public void Parse_RightConfiguration_ReadsEveryField()
    {
        ConfigFile config = ConfigReader.Parse(SampleConfig.TextWithComments, _sample.Folder);

        Assert.Equal(31337ul, config.Chain.Id);
        Assert.Equal([RpcTransportKind.Ipc, RpcTransportKind.WebSocket], config.Chain.Endpoints.Select(e => e.Kind));
        Assert.Equal(Path.Combine(_sample.Folder, "anvil.ipc"), config.Chain.Endpoints[0].Location);
        Assert.Equal(new AccountSection("desk.json", "desk.pass", null), config.Account);
        Assert.Equal(AddressOf("f1"), config.Contracts[ContractNames.SwapRouter02]);
        Assert.Equal(AssetId.FromIndex(2), config.Numeraire);
        Assert.Equal(AssetId.FromIndex(0), config.Native);
        Assert.Equal(new AssetSection("WBTC", AddressOf("a2"), 8), config.Assets[1]);
        Assert.Equal([new PoolSection("uniswap-v3", AddressOf("b1"), null), new PoolSection("uniswap-v2", AddressOf("b2"), 2500)], config.Pools);
        Assert.Equal(["pool-events"], config.Feeds.Select(f => f.Kind));
        Assert.Equal("core", config.Portfolio.Name);
        Assert.Equal(["drift-band"], config.Portfolio.Triggers.Select(t => t.Kind));
        Assert.Equal(new RiskSection(50, 250_000, TimeSpan.FromSeconds(12), TimeSpan.FromSeconds(2), 500), config.Portfolio.Risk);
        Assert.Equal(TimeSpan.FromSeconds(45), config.Submit.Deadline);
        Assert.Equal(200, config.Submit.MaxFeePerGasGwei);
        Assert.Equal(new EngineSection(Topology.Fused, "busy-spin", 1024, "journal/"), config.Engine);
        Assert.Equal(Path.Combine(_sample.Folder, "journal"), config.Resolve("journal"));
    }

    [Fact]
    public void Parse_OptionalFieldsLeftOut_TakesTheirDefaults()
    {
        ConfigFile config = _sample.With("engine", null).With("submit.deadlineSeconds", null).With("portfolios[0].risk.coolDown", null).Read();

        Assert.Equal(new EngineSection(Topology.Fused, "spin-then-yield", 65_536, "journal"), config.Engine);
        Assert.Equal(TimeSpan.FromSeconds(60), config.Submit.Deadline);
        Assert.Equal(TimeSpan.Zero, config.Portfolio.Risk.CoolDown);
    }

    [Fact]
    public void Parse_KeyFromTheEnvironment_NeedsNoFile() =>
        Assert.Equal(new AccountSection(null, null, "DESK_KEY"), _sample.With("account", """{ "privateKeyEnv": "DESK_KEY" }""").Read().Account);

    [Fact]
    public void Parse_RemoteSigner_ReadsEveryFieldAndItsUsualTimeout()
    {
        _sample.WriteSecret("signer.token");
        AccountSection account = _sample.With("account", """
            { "remoteSigner": { "kind": "web3signer", "url": "http://127.0.0.1:9000", "address": "0x00000000000000000000000000000000000000d1", "authorizationFile": "signer.token" } }
            """).Read().Account;
        Assert.Equal(
            new RemoteSignerSection("web3signer", new Uri("http://127.0.0.1:9000"), AddressOf("d1"), TimeSpan.FromSeconds(2), "signer.token"), account.RemoteSigner);
        Assert.False(account.AllowDumps);
        Assert.Null(account.Keystore);
    }

    /// <summary>Each is one mistake: its place, what is put there (nothing: the field is left out) and a word of what is told.</summary>
    [Theory]
    [InlineData("chain.id", null, "chain.id", "nothing", "above 0")]
    [InlineData("chain.id", "0", "chain.id", "0", "above 0")]
    [InlineData("chain.id", "\"one\"", "chain.id", "\"one\"", "above 0")]
    [InlineData("chain.id", "1.5", "chain.id", "1.5", "whole number")]
    [InlineData("chain.endpoints", "[]", "chain.endpoints", "an empty list", "ws://")]
    [InlineData("chain.endpoints[1]", "\"gopher://host\"", "chain.endpoints[1]", "gopher://host", "ipc:PATH")]
    [InlineData("chain.endpoints[1]", "7", "chain.endpoints[1]", "7", "ipc:PATH")]
    [InlineData("chain", null, "chain", "nothing", "endpoints")]
    [InlineData("chain", "[]", "chain", "an empty list", "an object")]
    [InlineData("chain.extra", "1", "chain.extra", "unknown field", "id")]
    [InlineData("account", "{ }", "account", "no key", "privateKeyEnv")]
    [InlineData("account.privateKeyEnv", "\"DESK_KEY\"", "account", "two keys", "exactly one")]
    [InlineData("account.remoteSigner", RightSigner, "account", "two keys", "exactly one")]
    [InlineData("account", $$"""{ "remoteSigner": {{RightSigner}}, "privateKeyEnv": "DESK_KEY" }""", "account", "two keys", "exactly one")]
    [InlineData("account", $$"""{ "remoteSigner": {{RightSigner}}, "passwordFile": "desk.pass" }""", "account.passwordFile", "without a keystore", "no passwordFile")]
    [InlineData("account.allowDumps", "1", "account.allowDumps", "1", "true or false")]
    [InlineData("account", """{ "remoteSigner": { "kind": "clef", "url": "http://127.0.0.1:9000", "address": "0x00000000000000000000000000000000000000d1" } }""",
        "account.remoteSigner.kind", "clef", "web3signer, http-hash")]
    [InlineData("account", """{ "remoteSigner": { "kind": "web3signer", "url": "127.0.0.1:9000", "address": "0x00000000000000000000000000000000000000d1" } }""",
        "account.remoteSigner.url", "no such address", "http://HOST:PORT")]
    [InlineData("account", """{ "remoteSigner": { "kind": "web3signer", "url": "http://me:secret@127.0.0.1:9000", "address": "0x00000000000000000000000000000000000000d1" } }""",
        "account.remoteSigner.url", "a credential or a query in it", "authorizationFile")]
    [InlineData("account", """{ "remoteSigner": { "kind": "web3signer", "url": "http://127.0.0.1:9000", "address": "0x12" } }""",
        "account.remoteSigner.address", "0x12", "40 hexadecimal")]
    [InlineData("account", """{ "remoteSigner": { "kind": "web3signer", "url": "http://127.0.0.1:9000" } }""", "account.remoteSigner.address", "nothing", "40 hexadecimal")]
    [InlineData("account", """{ "remoteSigner": { "kind": "web3signer", "url": "http://127.0.0.1:9000", "address": "0x00000000000000000000000000000000000000d1", "timeout": "00:01:00" } }""",
        "account.remoteSigner.timeout", "00:01:00", "at most 00:00:30")]
    [InlineData("account", """{ "remoteSigner": { "kind": "web3signer", "url": "http://127.0.0.1:9000", "address": "0x00000000000000000000000000000000000000d1", "token": "x" } }""",
        "account.remoteSigner.token", "unknown field", "authorizationFile")]
    [InlineData("account", """{ "remoteSigner": { "kind": "web3signer", "url": "http://127.0.0.1:9000", "address": "0x00000000000000000000000000000000000000d1", "authorizationFile": "gone" } }""",
        "account.remoteSigner.authorizationFile", "gone", "exists")]
    [InlineData("account", """{ "remoteSigner": { "kind": "web3signer", "url": "http://192.0.2.1:9000", "address": "0x00000000000000000000000000000000000000d1", "authorizationFile": "desk.pass" } }""",
        "account.remoteSigner.url", "http to another machine", "https")]
    [InlineData("account", """{ "remoteSigner": 5 }""", "account.remoteSigner", "5", "an object")]
    [InlineData("account.passwordFile", null, "account.passwordFile", "nothing", "password")]
    [InlineData("account.keystore", "\"gone.json\"", "account.keystore", "gone.json", "exists")]
    [InlineData("contracts", "{ }", "contracts.rebalanceExecutor", "nothing", "SwapRouter02")]
    [InlineData("contracts", null, "contracts", "nothing", "rebalanceExecutor")]
    [InlineData("contracts.swapRouter02", "\"0x12\"", "contracts.swapRouter02", "0x12", "40 hexadecimal")]
    [InlineData("contracts.swapRouter02", "12", "contracts.swapRouter02", "12", "40 hexadecimal")]
    [InlineData("contracts.router", "\"0x00000000000000000000000000000000000000f1\"", "contracts.router", "unknown contract", "swapRouter02")]
    [InlineData("numeraire", "\"EUR\"", "numeraire", "EUR", "WETH, WBTC, USDC")]
    [InlineData("numeraire", null, "numeraire", "nothing", "WETH, WBTC, USDC")]
    [InlineData("native", "\"ETH\"", "native", "ETH", "WETH, WBTC, USDC")]
    [InlineData("assets[1].symbol", "\"\"", "assets[1].symbol", "\"\"", "name")]
    [InlineData("assets[1].symbol", "\"WETH\"", "assets[1].symbol", "a second time", "once")]
    [InlineData("assets[1].address", "\"0x00000000000000000000000000000000000000a1\"", "assets[1].address", "WETH", "once")]
    [InlineData("assets[1].address", "\"0xnothex\"", "assets[1].address", "0xnothex", "40 hexadecimal")]
    [InlineData("assets[1].address", "\"0x0000000000000000000000000000000000000000\"", "assets[1].address", "0x0000", "40 hexadecimal")]
    [InlineData("assets[1].decimals", "37", "assets[1].decimals", "37", "0 to 36")]
    [InlineData("assets[1].decimals", "-1", "assets[1].decimals", "-1", "0 to 36")]
    [InlineData("assets[1].decimls", "8", "assets[1].decimls", "unknown field", "decimals")]
    [InlineData("assets[1]", "7", "assets[1]", "7", "an object")]
    [InlineData("pools", "[]", "pools", "an empty list", "kind")]
    [InlineData("pools[0].kind", "\"curve\"", "pools[0].kind", "curve", "uniswap-v3")]
    [InlineData("pools[1].address", "\"0x00000000000000000000000000000000000000b1\"", "pools[1].address", "a second time", "once")]
    [InlineData("pools[1].address", "null", "pools[1].address", "nothing", "40 hexadecimal")]
    [InlineData("pools[1].feePips", "1000000", "pools[1].feePips", "1000000", "999999")]
    [InlineData("feeds", null, "feeds", "nothing", "kind")]
    [InlineData("feeds[0].kind", null, "feeds[0].kind", "nothing", "name")]
    [InlineData("portfolios", "[]", "portfolios", "an empty list", "one portfolio")]
    [InlineData("portfolios[0].name", "5", "portfolios[0].name", "5", "a name")]
    [InlineData("portfolios[0].target", null, "portfolios[0].target", "nothing", "fixed-weights")]
    [InlineData("portfolios[0].triggers", "{ }", "portfolios[0].triggers", "an object", "a list")]
    [InlineData("portfolios[0].triggers[0].kind", null, "portfolios[0].triggers[0].kind", "nothing", "name")]
    [InlineData("portfolios[0].sizing", "\"to-target\"", "portfolios[0].sizing", "\"to-target\"", "an object")]
    [InlineData("portfolios[0].risks", "{ }", "portfolios[0].risks", "unknown field", "risk")]
    [InlineData("portfolios[0].risk.maxSlippageBps", "0", "portfolios[0].risk.maxSlippageBps", "0", "5000")]
    [InlineData("portfolios[0].risk.maxSlippageBps", "5001", "portfolios[0].risk.maxSlippageBps", "5001", "5000")]
    [InlineData("portfolios[0].risk.maxTradeNumeraire", "-1", "portfolios[0].risk.maxTradeNumeraire", "-1", "above 0")]
    [InlineData("portfolios[0].risk.maxTradeNumeraire", "1e999", "portfolios[0].risk.maxTradeNumeraire", "1e999", "above 0")]
    [InlineData("portfolios[0].risk.maxPriceAge", "12", "portfolios[0].risk.maxPriceAge", "12", "00:00:12")]
    [InlineData("portfolios[0].risk.maxPriceAge", "\"00:00:00\"", "portfolios[0].risk.maxPriceAge", "00:00:00", "above zero")]
    [InlineData("portfolios[0].risk.coolDown", "\"-00:00:01\"", "portfolios[0].risk.coolDown", "-00:00:01", "zero or more")]
    [InlineData("portfolios[0].risk.maxGasNumerairePerDay", null, "portfolios[0].risk.maxGasNumerairePerDay", "nothing", "above 0")]
    [InlineData("submit", null, "submit", "nothing", "channels")]
    [InlineData("submit.channels", "[]", "submit.channels", "an empty list", "kind")]
    [InlineData("submit.maxFeePerGasGwei", "0", "submit.maxFeePerGasGwei", "0", "above 0")]
    [InlineData("submit.deadlineSeconds", "0", "submit.deadlineSeconds", "0", "1 to 3600")]
    [InlineData("submit.fees", "5", "submit.fees", "5", "an object")]
    [InlineData("submit.fees", """{ "alpha": 1 }""", "submit.fees.alpha", "unknown field", "alphaBps")]
    [InlineData("submit.fees", """{ "alphaBps": 0 }""", "submit.fees.alphaBps", "0", "1 to 10000")]
    [InlineData("submit.fees", """{ "alphaBps": 10001 }""", "submit.fees.alphaBps", "10001", "1 to 10000")]
    [InlineData("submit.fees", """{ "maxDecisionGwei": 0.5 }""", "submit.fees.maxDecisionGwei", "0.5", "whole gwei")]
    [InlineData("submit.fees", """{ "maxDayGwei": -1 }""", "submit.fees.maxDayGwei", "-1", "whole gwei")]
    [InlineData("submit.fees", """{ "maxHourGwei": 11, "maxDayGwei": 10 }""", "submit.fees.maxHourGwei", "more than maxDayGwei", "whole day")]
    [InlineData("submit.fees", """{ "maxAccountGwei": "1 ETH" }""", "submit.fees.maxAccountGwei", "1 ETH", "whole gwei")]
    [InlineData("submit.fees", """{ "historyBlocks": 0 }""", "submit.fees.historyBlocks", "0", "1 to 1024")]
    [InlineData("submit.fees", """{ "tipPercentile": 101 }""", "submit.fees.tipPercentile", "101", "0 to 100")]
    [InlineData("submit.fees", """{ "ladderLevels": 0 }""", "submit.fees.ladderLevels", "0", "1 to 400")]
    [InlineData("submit.fees", """{ "maxWaitBlocks": -1 }""", "submit.fees.maxWaitBlocks", "-1", "0 to 1000")]
    [InlineData("submit.fees", """{ "delayCostGweiPerBlock": -1 }""", "submit.fees.delayCostGweiPerBlock", "-1", "0 or more")]
    [InlineData("engine.topology", "\"fussed\"", "engine.topology", "fussed", "\"fused\" or \"staged\"")]
    [InlineData("engine.topology", "\"\"", "engine.topology", "\"\"", "\"fused\" or \"staged\"")]
    [InlineData("engine.lockMemory", "\"yes\"", "engine.lockMemory", "\"yes\"", "true or false")]
    [InlineData("engine.hugePages", "1", "engine.hugePages", "1", "true or false")]
    [InlineData("engine.threads", "[]", "engine.threads", "an empty list", "an object")]
    [InlineData("engine.threads", """{ "engin": { } }""", "engine.threads.engin", "unknown field", "engine, journal, orders, publish, trade")]
    [InlineData("engine.threads", """{ "engine": 1 }""", "engine.threads.engine", "1", "an object")]
    [InlineData("engine.threads", """{ "engine": { "cor": 1 } }""", "engine.threads.engine.cor", "unknown field", "core, priority")]
    [InlineData("engine.threads", """{ "engine": { "core": -1 } }""", "engine.threads.engine.core", "-1", "from 0")]
    [InlineData("engine.threads", """{ "engine": { "core": 1.5 } }""", "engine.threads.engine.core", "1.5", "from 0")]
    [InlineData("engine.threads", """{ "orders": { "priority": "higher" } }""", "engine.threads.orders.priority", "higher", "\"high\"")]
    [InlineData("engine.threads", """{ "engine": { "priority": "realtime" } }""", "engine.threads.engine.priority", "without a core", "\"core\"")]
    [InlineData("engine.threads", """{ "trade": { "core": 1 } }""", "engine.threads.trade", "fused", "staged")]
    [InlineData("engine.threads", """{ "engine": { "core": 1 }, "journal": { "core": 1 } }""",
        "engine.threads.journal.core", "1, where engine waits too", "of its own")]
    [InlineData("engine.waitStrategy", "\"nap\"", "engine.waitStrategy", "nap", "spin-then-yield")]
    [InlineData("engine.ringSize", "1000", "engine.ringSize", "1000", "power of two")]
    [InlineData("engine.ringSize", "32", "engine.ringSize", "32", "power of two")]
    [InlineData("engine.ringSize", "2097152", "engine.ringSize", "2097152", "power of two")]
    [InlineData("engines", "{ }", "engines", "unknown field", "engine")]
    public void Parse_OneMistake_IsToldWithPathFoundAndWanted(string at, string? json, string path, string found, string wanted)
    {
        ConfigProblem problem = Assert.Single(_sample.With(at, json).Problems());

        Assert.Equal(path, problem.Path);
        Assert.Contains(found, problem.Found);
        Assert.Contains(wanted, problem.Wanted);
    }

    [Fact]
    public void Parse_Fees_ReadsEachInWeiAndLeavesOutNoLimit()
    {
        FeesSection usual = _sample.Read().Submit.Fees;
        FeesSection fees = _sample.With("submit.fees", """
            { "historyBlocks": 40, "tipPercentile": 80, "alphaBps": 2500, "maxDecisionGwei": 3, "maxHourGwei": 1000000000, "maxDayGwei": 5000000000,
              "maxAccountGwei": 7, "ladderLevels": 9, "maxWaitBlocks": 4, "delayCostGweiPerBlock": 2 }
            """).Read().Submit.Fees;

        Assert.Equal((40, 80, 9, 4), (fees.HistoryBlocks, fees.TipPercentile, fees.LadderLevels, fees.MaxWaitBlocks));
        Assert.Equal(2_500u, fees.Limits.AlphaBps);
        Assert.Equal(3_000_000_000ul, fees.Limits.MaxDecisionWei);
        Assert.Equal(UInt256.PowerOfTen(18), fees.Limits.MaxHourWei);
        Assert.Equal(5 * UInt256.PowerOfTen(18), fees.Limits.MaxDayWei);
        Assert.Equal(7_000_000_000ul, fees.Limits.MaxAccountWei);
        Assert.Equal(2_000_000_000ul, fees.DelayCostPerBlockWei);
        Assert.Equal(UInt256.MaxValue, usual.Limits.MaxDayWei);
        Assert.Equal(0, usual.MaxWaitBlocks);
    }

    [Fact]
    public void Parse_PlacedThreads_ReadsEach()
    {
        _sample.With("engine.topology", "\"staged\"").With("engine.lockMemory", "true").With("engine.hugePages", "true").With("engine.threads", """
            {
              "engine": { "core": 3, "priority": "realtime" }, "trade": { "core": 4, "priority": "high" }, "publish": { "core": 5 },
              "journal": { "core": 1 }, "orders": { "priority": "high" }
            }
            """);

        EngineSection engine = _sample.Read().Engine;

        Assert.Equal(Topology.Staged, engine.Topology);
        Assert.True(engine.LockMemory && engine.HugePages);
        Assert.Equal(
            [
                ("engine", new ThreadSection(3, SchedulingPriority.Realtime)), ("trade", new ThreadSection(4, SchedulingPriority.High)),
                ("publish", new ThreadSection(5, SchedulingPriority.Normal)), ("journal", new ThreadSection(1, SchedulingPriority.Normal)),
                ("orders", new ThreadSection(null, SchedulingPriority.High)),
            ],
            engine.Threads.Asked);
    }

    [Theory]
    [InlineData("spin-then-park", """{ "engine": { "core": 1 }, "journal": { "core": 1 } }""")]
    [InlineData("blocking", """{ "engine": { "core": 1 }, "journal": { "core": 1 } }""")]
    [InlineData("busy-spin", """{ "engine": { "core": 1 }, "orders": { "core": 1 } }""")]
    [InlineData("busy-spin", """{ "engine": { }, "journal": { "priority": "normal" } }""")]
    public void Parse_SharedCoreOfThreadsThatSleep_IsAccepted(string strategy, string threads) =>
        _sample.With("engine.waitStrategy", $"\"{strategy}\"").With("engine.threads", threads).Read();

    /// <summary>A machine may lack it; that is asked at the start, where the machine is.</summary>
    [Fact]
    public void Parse_CoreNoMachineHas_IsNoMistakeOfTheFile() =>
        Assert.Equal(8191, _sample.With("engine.threads", """{ "engine": { "core": 8191 } }""").Read().Engine.Threads.Engine!.Core);

    [Fact]
    public void Parse_SeveralMistakes_ToldAtOnceInOneException()
    {
        _sample.With("chain.id", "0").With("assets[1].decimals", "99").With("engine.ringSize", "1000").With("engine.waitStrategy", "\"nap\"");
        _sample.With("portfolios[0].risk.maxSlippageBps", null).With("misspelt", "1");

        ConfigException error = Assert.Throws<ConfigException>(_sample.Read);

        string[] expected =
            ["assets[1].decimals", "chain.id", "engine.ringSize", "engine.waitStrategy", "misspelt", "portfolios[0].risk.maxSlippageBps"];
        Assert.Equal(expected, error.Problems.Select(p => p.Path).Order(StringComparer.Ordinal));
        Assert.All(expected, path => Assert.Contains(path, error.Message));
    }

    [Fact]
    public void Parse_SecretOthersMayRead_IsRefusedWithTheRemedy()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "files have no such modes here");
        string path = _sample.WriteSecret("desk.json", UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead);

        ConfigProblem problem = Assert.Single(_sample.Problems());

        Assert.Equal("account.keystore", problem.Path);
        Assert.Contains("others may read", problem.Found);
        Assert.Contains($"chmod 600 {path}", problem.Wanted);
    }

    [Fact]
    public void Parse_OnlyOneAsset_SaysThatThereIsNothingToBalance()
    {
        string one = _sample.Root["assets"]![2]!.ToJsonString();
        _sample.With("assets", $"[ {one} ]").With("native", "\"USDC\"");
        Assert.Equal("assets", Assert.Single(_sample.Problems()).Path);
    }

    [Fact]
    public void Parse_TwoPortfolios_SaysOneForEachProcess()
    {
        string portfolio = _sample.Portfolio.ToJsonString();

        ConfigProblem problem = Assert.Single(_sample.With("portfolios", $"[ {portfolio}, {portfolio} ]").Problems());

        Assert.Equal("portfolios", problem.Path);
        Assert.Contains("2 portfolios", problem.Found);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{ \"chain\": ")]
    [InlineData("chain: { id: 1 }")]
    [InlineData("{ } { }")]
    public void Parse_NotJson_IsOneProblem(string text)
    {
        ConfigProblem problem = Assert.Single(Assert.Throws<ConfigException>(() => ConfigReader.Parse(text, _sample.Folder)).Problems);
        Assert.Equal("$", problem.Path);
        Assert.Contains("not JSON", problem.Found);
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("5")]
    public void Parse_NotAnObject_IsRefused(string text) =>
        Assert.Contains(Assert.Throws<ConfigException>(() => ConfigReader.Parse(text, _sample.Folder)).Problems, p => p.Path == "$");

    [Fact]
    public void Read_MissingFile_NamesIt()
    {
        string path = Path.Combine(_sample.Folder, "gone.json");
        ConfigProblem problem = Assert.Single(Assert.Throws<ConfigException>(() => ConfigReader.Read(path)).Problems);
        Assert.Equal((path, "no such file"), (problem.Path, problem.Found));
    }

    [Fact]
    public void Read_File_RelativePathsStartInItsFolder()
    {
        string path = Path.Combine(_sample.Folder, "config.json");
        File.WriteAllText(path, SampleConfig.TextWithComments);
        Assert.Equal(_sample.Folder, ConfigReader.Read(path).Folder);
    }

    private static Address AddressOf(string lastByte) => Address.Parse($"0x{lastByte.PadLeft(40, '0')}");
}
