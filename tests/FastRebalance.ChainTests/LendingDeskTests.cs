using System.Text.Json;
using FastRebalance.Configuration;
using FastRebalance.Core.Assets;
using FastRebalance.Devnet;
using FastRebalance.Devnet.Market;
using FastRebalance.Ethereum.Contracts;
using FastRebalance.Ethereum.Encoding;
using FastRebalance.Ethereum.Keys;
using FastRebalance.Ethereum.Rpc;
using FastRebalance.Hosting;
using FastRebalance.Native.Machine;
using DevnetCalls = FastRebalance.Devnet.Lending.LendingCalls;

namespace FastRebalance.ChainTests;

/// <summary>The devnet's desks with debt: their positions on the chain, and the configurations beside them.</summary>
public sealed class LendingDeskTests : IAsyncLifetime
{
    private static readonly string[] s_desks = ["leverage", "collateral", "delta-neutral"];

    private readonly DevnetFolder _folder = new();
    private LocalChain? _chain;

    private LocalChain Chain => _chain!;

    public async ValueTask InitializeAsync() =>
        _chain = await LocalChain.StartBareAsync(new DevnetOptions { Seed = 11, OutputDirectory = _folder.Path, WithAave = true });

    public async ValueTask DisposeAsync()
    {
        await Chain.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task WithAave_Leverage_IsTwiceLongWithNothingOutside()
    {
        (double collateral, double debt, _) = await DataAsync("leverage");
        Assert.Equal(2, collateral / (collateral - debt), 1e-3);
        Assert.Equal(100_000, collateral - debt, 100.0);
        Assert.Equal(0, await HeldAsync("leverage", "USDC"));
        Assert.Equal(0, await HeldAsync("leverage", "WETH"));
    }

    [Fact]
    public async Task WithAave_Collateral_HasItsHealth()
    {
        (_, _, double health) = await DataAsync("collateral");
        Assert.Equal(1.5, health, 1e-3);
    }

    [Fact]
    public async Task WithAave_DeltaNeutral_OwesWhatItHoldsOutrightAndInThePool()
    {
        JsonElement position = Portfolio("delta-neutral").GetProperty("position");
        ulong id = ulong.Parse(position.GetProperty("liquidity")[0].GetProperty("positionId").GetString()!, System.Globalization.CultureInfo.InvariantCulture);
        (double low, double high, double liquidity) = await RangeAsync(id);
        double price = MarketPlan.Create(11).Token("WETH").StartPrice;
        Assert.InRange(price, low * 1.2, high / 1.2);
        double inPool = liquidity * (1 / Math.Sqrt(price) - 1 / Math.Sqrt(high));
        Assert.InRange(inPool * price, 8_000, 10_100);

        double owed = await BalanceAsync(Chain.Manifest.Reserve("WETH").VariableDebtToken, "delta-neutral", 18);
        Assert.Equal(owed, await HeldAsync("delta-neutral", "WETH") + inPool, 1e-4);
        Assert.Equal(20_000, await HeldAsync("delta-neutral", "USDC"), 1e-6);
        (_, _, double health) = await DataAsync("delta-neutral");
        Assert.Equal(1.7, health, 1e-3);
        Assert.Equal(1, await BalanceAsync(Chain.Manifest.Contract("uniswapV3PositionManager"), "delta-neutral", 0));
    }

    [Fact]
    public void WithAave_Configuration_NamesTheDesksBesideIt()
    {
        JsonElement root = Read("config.json");
        Assert.Equal([.. s_desks.Select(desk => $"{desk}.json")], root.GetProperty("desks").EnumerateArray().Select(one => one.GetString()!));
        HashSet<string> journals = [root.GetProperty("engine").GetProperty("journal").GetString()!];
        foreach (string desk in s_desks)
        {
            JsonElement own = Read($"{desk}.json");
            Assert.False(own.TryGetProperty("desks", out _));
            Assert.True(journals.Add(own.GetProperty("engine").GetProperty("journal").GetString()!), $"{desk} shares a journal");
            Assert.Equal(root.GetProperty("pools").GetRawText(), own.GetProperty("pools").GetRawText());
            Assert.Equal(
                Eip55.Format(Chain.Manifest.Contract("aavePoolAddressesProvider")), Portfolio(desk).GetProperty("lending").GetProperty("market").GetString());
            string folder = Chain.Directory;
            using SecretMemory password = KeystoreFile.ReadPassword(Path.Combine(folder, own.GetProperty("account").GetProperty("passwordFile").GetString()!));
            using SecretMemory key = KeystoreFile.Read(Path.Combine(folder, own.GetProperty("account").GetProperty("keystore").GetString()!), password.Span);
            Assert.Equal(Chain.Manifest.Account(desk), AccountAddress.OfSecret(key.Span));
        }
    }

    [Theory]
    [InlineData("leverage")]
    [InlineData("collateral")]
    [InlineData("delta-neutral")]
    public async Task WithAave_EachDesk_IsReadyToRunAndMayTradeItsPosition(string desk)
    {
        await using PreparedRun run = await PreparedRun.PrepareAsync(ConfigReader.Read(Path.Combine(Chain.Directory, $"{desk}.json")), default);
        Assert.Equal(Chain.Manifest.Account(desk), run.Account);
        Address executor = run.Config.Contracts["rebalanceExecutor"];
        foreach (DevnetReserve reserve in Chain.Manifest.Reserves)
        {
            Assert.Equal(UInt256.MaxValue, await AskAsync(reserve.AToken, Erc20.Allowance(run.Account, executor)));
            Assert.Equal(UInt256.MaxValue, await AskAsync(reserve.Asset, Erc20.Allowance(run.Account, executor)));
            Assert.Equal(UInt256.MaxValue, await AskAsync(reserve.VariableDebtToken, AaveCalls.BorrowAllowance(run.Account, executor)));
        }
    }

    [Fact]
    public async Task WithAave_Noise_PricesFollowTheWalk()
    {
        using DevnetFolder folder = new();
        await using LocalChain chain = await LocalChain.StartAsync(
            new DevnetOptions { OutputDirectory = folder.Path, BlockTime = TimeSpan.FromMilliseconds(100), Noise = true, WithAave = true });
        Address source = chain.Manifest.Reserve("WETH").PriceSource;
        byte[] latest = DevnetCalls.WithAddresses("latestAnswer()");
        HashSet<string> answers = [];
        while (chain.Noise!.Blocks < 40 || (answers.Count < 4 && chain.Noise.Blocks < 400))
        {
            answers.Add(Convert.ToHexString(await chain.Node.CallAsync(source, latest, BlockRef.Latest)));
            await Task.Delay(50);
        }
        Assert.Equal(0, chain.Noise.Failures);
        Assert.True(answers.Count >= 4, $"{answers.Count} prices in {chain.Noise.Blocks} blocks");
    }

    private JsonElement Portfolio(string desk) => Read($"{desk}.json").GetProperty("portfolios")[0];

    private JsonElement Read(string file)
    {
        using JsonDocument document = JsonDocument.Parse(File.ReadAllText(Path.Combine(Chain.Directory, file)));
        return document.RootElement.Clone();
    }

    private async Task<(double Collateral, double Debt, double Health)> DataAsync(string desk)
    {
        byte[] answer = await Chain.Node.CallAsync(
            Chain.Manifest.Contract("aavePool"), DevnetCalls.WithAddresses("getUserAccountData(address)", Chain.Manifest.Account(desk)), BlockRef.Latest);
        double Word(int index) => (double)UInt256.ReadBigEndian(answer.AsSpan(index * AbiWriter.WordLength, AbiWriter.WordLength));
        return (Word(0) / 1e8, Word(1) / 1e8, Word(5) / 1e18);
    }

    /// <summary>Prices of WETH in USDC, and L in whole tokens, by the position manager's own words.</summary>
    private async Task<(double Low, double High, double Liquidity)> RangeAsync(ulong id)
    {
        byte[] words = await Chain.Node.CallAsync(
            Chain.Manifest.Contract("uniswapV3PositionManager"), CallData.Of("positions(uint256)", 1, (ref AbiWriter writer) => writer.WriteUInt64(id)), BlockRef.Latest);
        double PriceAt(int word) => Math.Pow(1.0001, System.Buffers.Binary.BinaryPrimitives.ReadInt32BigEndian(words.AsSpan((32 * word) + 28)));
        bool wethFirst = new Address(words.AsSpan((32 * 2) + 12, 20)) == Chain.Manifest.Token("WETH").Address;
        double low = PriceAt(5), high = PriceAt(6), liquidity = (double)UInt256.ReadBigEndian(words.AsSpan(32 * 7, 32)) / 1e12;
        return wethFirst ? (low * 1e12, high * 1e12, liquidity) : (1e12 / high, 1e12 / low, liquidity);
    }

    private Task<double> HeldAsync(string desk, string symbol) =>
        BalanceAsync(Chain.Manifest.Token(symbol).Address, desk, Chain.Manifest.Token(symbol).Decimals);

    private async Task<UInt256> AskAsync(Address contract, byte[] question) =>
        UInt256.ReadBigEndian(await Chain.Node.CallAsync(contract, question, BlockRef.Latest));

    private async Task<double> BalanceAsync(Address token, string desk, int decimals)
    {
        byte[] answer = await Chain.Node.CallAsync(token, Erc20.BalanceOf(Chain.Manifest.Account(desk)), BlockRef.Latest);
        return (double)UInt256.ReadBigEndian(answer) / Math.Pow(10, decimals);
    }
}
