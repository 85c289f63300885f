using System.Diagnostics;
using System.Text.Json;
using FastRebalance.Core.Assets;
using FastRebalance.Devnet;
using FastRebalance.Ethereum.Contracts;
using FastRebalance.Devnet.Market;
using FastRebalance.Ethereum.Encoding;
using FastRebalance.Ethereum.Keys;
using FastRebalance.Ethereum.Rpc;
using FastRebalance.Native.Machine;

namespace FastRebalance.ChainTests;

public sealed class DevnetTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task StartBareAsync_FullMarket_EveryContractTokenAndPoolHasCode()
    {
        using DevnetFolder folder = new();
        await using LocalChain chain = await StartBare(folder);
        DevnetManifest manifest = chain.Manifest;

        Assert.Equal(["WETH", "USDC", "DAI", "WBTC", "LINK"], manifest.Tokens.Select(token => token.Symbol));
        Assert.Equal(11, manifest.Pools.Count);
        Assert.Equal(10, manifest.Contracts.Count);
        Address[] all = [.. manifest.Tokens.Select(t => t.Address), .. manifest.Pools.Select(p => p.Address), .. manifest.Contracts.Values];
        foreach (Address address in all)
            Assert.NotEmpty(await chain.Node.CodeAsync(address, BlockRef.Latest, Cancellation));
    }

    [Fact]
    public async Task StartBareAsync_Pools_HoldBothTokensInOrder()
    {
        using DevnetFolder folder = new();
        await using LocalChain chain = await StartBare(folder);

        foreach (DevnetPool pool in chain.Manifest.Pools)
        {
            Assert.True(pool.Token0.Span.SequenceCompareTo(pool.Token1.Span) < 0);
            Assert.True(await ValueOf(chain, pool.Address, pool.Token0) > 500_000);
            Assert.True(await ValueOf(chain, pool.Address, pool.Token1) > 500_000);
        }
    }

    [Fact]
    public async Task StartBareAsync_Desk_IsFundedOffTargetAndApproved()
    {
        using DevnetFolder folder = new();
        await using LocalChain chain = await StartBare(folder);
        Address desk = chain.Manifest.Account("desk");

        double weth = await ValueOf(chain, desk, chain.Manifest.Token("WETH").Address);
        double wbtc = await ValueOf(chain, desk, chain.Manifest.Token("WBTC").Address);
        double usdc = await ValueOf(chain, desk, chain.Manifest.Token("USDC").Address);

        Assert.Equal(300_000, weth, tolerance: 1);
        Assert.Equal(50_000, wbtc, tolerance: 1);
        Assert.Equal(150_000, usdc, tolerance: 1);
        Assert.True(await chain.Node.BalanceAsync(desk, BlockRef.Latest, Cancellation) > UInt256.PowerOfTen(19));
        foreach (DevnetToken token in chain.Manifest.Tokens)
            Assert.Equal(UInt256.MaxValue, await Allowance(chain, token.Address, desk, chain.Manifest.Contract("swapRouter02")));
    }

    [Fact]
    public async Task StartBareAsync_QuoterV2_SellsFiftyThousandNearTheStartPrice()
    {
        using DevnetFolder folder = new();
        await using LocalChain chain = await StartBare(folder);
        Address weth = chain.Manifest.Token("WETH").Address;
        Address usdc = chain.Manifest.Token("USDC").Address;

        UInt256 sold = 50_000_000_000;
        byte[] answer = await chain.Node.CallAsync(
            chain.Manifest.Contract("uniswapV3QuoterV2"), UniswapCalls.QuoteV3(usdc, weth, 500, sold), BlockRef.Latest,
            cancellation: Cancellation);

        Assert.True(new AbiReader(answer).TryReadUInt256(out UInt256 bought));
        double value = (double)bought / 1e18 * MarketPlan.Create(1).Token("WETH").StartPrice;
        Assert.InRange(value, 50_000 * (1 - 0.0030), 50_000);
    }

    [Fact]
    public async Task StartBareAsync_Files_OpenTheDeskAndNameThisChain()
    {
        using DevnetFolder folder = new();
        await using LocalChain chain = await StartBare(folder);

        using JsonDocument manifest = JsonDocument.Parse(await File.ReadAllTextAsync(chain.ManifestPath, Cancellation));
        using JsonDocument config = JsonDocument.Parse(await File.ReadAllTextAsync(chain.ConfigPath, Cancellation));
        Assert.Equal(31337, manifest.RootElement.GetProperty("chainId").GetInt32());
        Assert.Equal(chain.Manifest.Http, manifest.RootElement.GetProperty("http").GetString());
        JsonElement root = config.RootElement;
        Assert.Equal("ipc:anvil.ipc", root.GetProperty("chain").GetProperty("endpoints")[0].GetString());
        Assert.Equal(11, root.GetProperty("pools").GetArrayLength());

        string keystore = Path.Combine(folder.Path, root.GetProperty("account").GetProperty("keystore").GetString()!);
        string passwordFile = Path.Combine(folder.Path, root.GetProperty("account").GetProperty("passwordFile").GetString()!);
        using SecretMemory password = KeystoreFile.ReadPassword(passwordFile);
        using SecretMemory key = KeystoreFile.Read(keystore, password.Span);
        Assert.Equal(chain.Manifest.Account("desk"), AccountAddress.OfSecret(key.Span));
    }

    [Fact]
    public async Task StartBareAsync_WithoutMarket_LeavesAnEmptyChain()
    {
        using DevnetFolder folder = new();
        await using LocalChain chain = await LocalChain.StartBareAsync(
            new DevnetOptions { OutputDirectory = folder.Path, DeployMarket = false }, Cancellation);

        Assert.Equal(0UL, await chain.Node.BlockNumberAsync(Cancellation));
        Assert.False(File.Exists(chain.ConfigPath));
        Assert.True(File.Exists(chain.ManifestPath));
    }

    [Fact]
    public async Task StartAsync_TwoSideBySide_HavePortsAndSeedsOfTheirOwn()
    {
        using DevnetFolder first = new();
        using DevnetFolder second = new();
        await using LocalChain one = await LocalChain.StartAsync(
            new DevnetOptions { OutputDirectory = first.Path, Seed = 1 }, Cancellation);
        await using LocalChain two = await LocalChain.StartAsync(
            new DevnetOptions { OutputDirectory = second.Path, Seed = 2 }, Cancellation);

        Assert.NotEqual(one.Manifest.Http, two.Manifest.Http);
        Assert.NotEqual(one.Manifest.Account("desk"), two.Manifest.Account("desk"));
        Assert.NotEqual(one.Manifest.Account("deployer"), two.Manifest.Account("deployer"));
        Assert.NotEqual(one.NodeProcessId, two.NodeProcessId);
    }

    [Fact]
    public async Task StartBareAsync_SameSeedTwice_GivesTheSameAddresses()
    {
        using DevnetFolder first = new();
        using DevnetFolder second = new();
        await using LocalChain one = await StartBare(first);
        await using LocalChain two = await StartBare(second);

        Assert.Equal(one.Manifest.Tokens, two.Manifest.Tokens);
        Assert.Equal(one.Manifest.Pools, two.Manifest.Pools);
        Assert.Equal(one.Manifest.Accounts, two.Manifest.Accounts);
    }

    [Fact]
    public async Task StartAsync_DirectoryInUse_SaysSo()
    {
        using DevnetFolder folder = new();
        await using LocalChain chain = await StartBare(folder);

        InvalidOperationException error = await Assert.ThrowsAsync<InvalidOperationException>(() => StartBare(folder));

        Assert.Contains("another local chain runs in", error.Message);
        Assert.NotEqual(0UL, await chain.Node.BlockNumberAsync(Cancellation));
    }

    [Fact]
    public async Task StartAsync_SameDirectoryAgain_ReplacesTheFiles()
    {
        using DevnetFolder folder = new();
        await (await StartBare(folder)).DisposeAsync();

        await using LocalChain again = await StartBare(folder);

        Assert.Contains(again.Manifest.Http, await File.ReadAllTextAsync(again.ManifestPath, Cancellation));
    }

    [Fact]
    public async Task DisposeAsync_Running_EndsTheNode()
    {
        using DevnetFolder folder = new();
        LocalChain chain = await StartBare(folder);
        using Process process = Process.GetProcessById(chain.NodeProcessId);

        await chain.DisposeAsync();

        Assert.True(process.HasExited);
        Assert.True(chain.Exited.IsCompleted);
        Assert.False(File.Exists(Path.Combine(folder.Path, "anvil.ipc")));
    }

    [Fact]
    public async Task StartAsync_BlockTimeOfAQuarterSecond_BlocksComeByThemselves()
    {
        using DevnetFolder folder = new();
        await using LocalChain chain = await LocalChain.StartAsync(
            new DevnetOptions { OutputDirectory = folder.Path, BlockTime = TimeSpan.FromMilliseconds(250), DeployMarket = false },
            Cancellation);
        await using RpcSubscription<BlockHeader> heads = await chain.Node.SubscribeHeadsAsync(Cancellation);

        List<ulong> numbers = [];
        await foreach (SubscriptionItem<BlockHeader> item in heads.Items.ReadAllAsync(Cancellation))
        {
            if (item.Value is { } head)
                numbers.Add(head.Number);
            if (numbers.Count == 3)
                break;
        }

        Assert.Equal([numbers[0], numbers[0] + 1, numbers[0] + 2], numbers);
    }

    [Fact]
    public async Task StartAsync_Noise_MovesPricesWithinTheWallsAndNeverFails()
    {
        using DevnetFolder folder = new();
        await using LocalChain chain = await LocalChain.StartAsync(
            new DevnetOptions { OutputDirectory = folder.Path, BlockTime = TimeSpan.FromMilliseconds(100), Noise = true }, Cancellation);
        DevnetPool pool = chain.Manifest.Pools.First(pool => pool.Kind == "uniswap-v3");
        HashSet<string> prices = [];

        while (chain.Noise!.Blocks < 40 || (prices.Count < 10 && chain.Noise.Blocks < 400)) // a slow look misses blocks
        {
            prices.Add(Convert.ToHexString((await chain.Node.CallAsync(
                pool.Address, UniswapCalls.Slot0, BlockRef.Latest, cancellation: Cancellation))[..32]));
            await Task.Delay(50, Cancellation);
        }

        Assert.Equal(0, chain.Noise.Failures);
        Assert.True(chain.Noise.Transactions >= 20);
        Assert.True(prices.Count >= 10);
        ulong mined = await chain.Node.NonceAsync(chain.Manifest.Account("noise"), BlockRef.Latest, Cancellation);
        Assert.True((long)mined >= chain.Noise.Transactions - 6, $"{mined} mined of {chain.Noise.Transactions}: the node drops some");
    }

    private static Task<LocalChain> StartBare(DevnetFolder folder) =>
        LocalChain.StartBareAsync(new DevnetOptions { OutputDirectory = folder.Path }, Cancellation);

    // In USDC at the start prices of seed 1.
    private static async Task<double> ValueOf(LocalChain chain, Address owner, Address token)
    {
        byte[] answer = await chain.Node.CallAsync(token, Erc20.BalanceOf(owner), BlockRef.Latest, cancellation: Cancellation);
        Assert.True(new AbiReader(answer).TryReadUInt256(out UInt256 balance));
        TokenPlan plan = MarketPlan.Create(1).Token(chain.Manifest.Tokens.First(t => t.Address == token).Symbol);
        return (double)balance / Math.Pow(10, plan.Decimals) * plan.StartPrice;
    }

    private static async Task<UInt256> Allowance(LocalChain chain, Address token, Address owner, Address spender)
    {
        byte[] answer = await chain.Node.CallAsync(token, Erc20.Allowance(owner, spender), BlockRef.Latest, cancellation: Cancellation);
        return new AbiReader(answer).TryReadUInt256(out UInt256 allowance) ? allowance : throw new InvalidOperationException("no answer");
    }
}
