using FastRebalance.Core.Assets;
using FastRebalance.Devnet;
using FastRebalance.Devnet.Install;
using FastRebalance.Devnet.Market;
using FastRebalance.Ethereum.Contracts;
using FastRebalance.Ethereum.Encoding;
using FastRebalance.Ethereum.Rpc;
using FastRebalance.Lending;
using FastRebalance.Lending.Calls;
using FastRebalance.Lending.Logs;
using FastRebalance.MarketData.Lending;
using DevnetCalls = FastRebalance.Devnet.Lending.LendingCalls;

namespace FastRebalance.ChainTests;

/// <summary>
/// A devnet with the lending market, users with tokens and allowances, a contract that takes flash loans, and a second category whose assets have a
/// price of their own. One transaction is one block, at a time that the test sets.
/// </summary>
public sealed class LendingChain : IAsyncLifetime
{
    private const int UserCount = 6;
    private const string Published = "@aave/core-v3/artifacts/contracts/";

    private readonly DevnetFolder _folder = new();
    private LocalChain? _chain;

    /// <summary>The category in which WETH has the price of <see cref="CategorySource"/>.</summary>
    public const byte PricedCategory = 2;

    public EthereumNode Node => _chain!.Node;

    public DevnetManifest Manifest => _chain!.Manifest;

    public string ManifestText => File.ReadAllText(_chain!.ManifestPath);

    public Address Deployer => Manifest.Account("deployer");

    public Address Pool => Manifest.Contract("aavePool");

    public Address Configurator => Manifest.Contract("aavePoolConfigurator");

    public Address Oracle => Manifest.Contract("aaveOracle");

    public IReadOnlyList<Address> Users { get; private set; } = [];

    /// <summary>Supplied what the users borrow, and can pay any debt of theirs.</summary>
    public Address Liquidator => Manifest.Account("lender");

    /// <summary>Takes flash loans and pays them back; not an account that the node signs for, but one that it plays.</summary>
    public Address Receiver { get; private set; }

    public Address CategorySource { get; private set; }

    /// <summary>Of the last block that this fixture made.</summary>
    public ulong Time { get; private set; }

    internal DevnetParts Parts { get; private set; } = new("");

    public async ValueTask InitializeAsync()
    {
        _chain = await LocalChain.StartBareAsync(new DevnetOptions { Seed = 5, OutputDirectory = _folder.Path, WithAave = true });
        Parts = await new AaveInstaller().EnsureAsync();
        Users = [.. Manifest.Accounts.Where(account => account.Name.StartsWith("spare-", StringComparison.Ordinal)).Take(UserCount).Select(account => account.Address)];
        Assert.Equal(UserCount, Users.Count);
        Time = (ulong)(await Node.BlockAsync(BlockRef.Latest))!.TimestampSeconds;
        foreach (Address user in Users)
            await FundAsync(user, wholeDigits: 6);
        await FundAsync(Liquidator, wholeDigits: 8);
        await ThinOutAsync();
        await AddReceiverAsync();
        await AddPricedCategoryAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_chain is not null)
            await _chain.DisposeAsync();
        _folder.Dispose();
    }

    public Task<LendingMarket> ReadAsync(BlockRef block) =>
        new LendingReader(Node, Manifest.Contract("aavePoolAddressesProvider")).ReadAsync([.. Users, Liquidator], block);

    /// <summary>Keeps the chain as it stands; the answer takes it back to it, once.</summary>
    public async Task<Func<Task>> KeepAsync()
    {
        string? id = (await Node.InvokeAsync("evm_snapshot")).GetString();
        ulong time = Time;
        return async () =>
        {
            await Node.InvokeAsync("evm_revert", writer => writer.WriteStringValue(id));
            Time = time;
        };
    }

    /// <summary>Mines one transaction in a block at <see cref="Time"/> and so many seconds; it may fail.</summary>
    public async Task<Receipt> SendAsync(Address from, Address? to, byte[] data, ulong seconds = 1)
    {
        Time += seconds;
        await Node.InvokeAsync("evm_setNextBlockTimestamp", writer => writer.WriteNumberValue(Time));
        string? hash = (await Node.InvokeAsync("eth_sendTransaction", writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("from", from.ToString());
            if (to is { } address)
                writer.WriteString("to", address.ToString());
            writer.WriteString("input", Hex.Encode(data));
            writer.WriteString("gas", Hex.Quantity(6_000_000));
            writer.WriteEndObject();
        })).GetString();
        while (true)
            if (await Node.ReceiptAsync(Hash32.Parse(hash)) is { } receipt)
                return receipt;
    }

    /// <summary>The same for what must not fail.</summary>
    public async Task<Receipt> DoAsync(Address from, Address? to, byte[] data)
    {
        Receipt receipt = await SendAsync(from, to, data);
        Assert.True(receipt.Succeeded, $"a step of the set-up failed: {receipt.TransactionHash}");
        return receipt;
    }

    private async Task FundAsync(Address user, int wholeDigits)
    {
        foreach (DevnetReserve reserve in Manifest.Reserves)
        {
            UInt256 plenty = UInt256.PowerOfTen(wholeDigits + Manifest.Token(reserve.Symbol).Decimals);
            await DoAsync(Deployer, reserve.Asset, Erc20.Transfer(user, plenty));
            await DoAsync(user, reserve.Asset, Erc20.Approve(Pool, UInt256.MaxValue));
        }
    }

    // Leaves little to borrow, so that rates pass their kinks and interest has terms of every order.
    private async Task ThinOutAsync()
    {
        byte[] data = new byte[PoolCalls.MostBytes];
        foreach (DevnetReserve reserve in Manifest.Reserves)
        {
            UInt256 supplied = UInt256.ReadBigEndian(await Node.CallAsync(reserve.AToken, Erc20.BalanceOf(Liquidator), BlockRef.Latest));
            Assert.True(PoolCalls.TryWithdraw(data, reserve.Asset, supplied / 100 * 98, Liquidator, out int length));
            await DoAsync(Liquidator, Pool, data[..length]);
        }
    }

    private async Task AddReceiverAsync()
    {
        byte[] code = await ContractArtifact.ReadCode(
            Parts.PackageFile(Published + "mocks/flashloan/MockSimpleFlashLoanReceiver.sol/MockFlashLoanSimpleReceiver.json"), default);
        Receipt created = await DoAsync(Deployer, null, CallData.Creation(code, Manifest.Contract("aavePoolAddressesProvider")));
        Receiver = created.ContractAddress!.Value;
        // It then does nothing with the loan, says yes, and has to have approved what is taken back.
        await DoAsync(Deployer, Receiver, CallData.Of("setFailExecutionTransfer(bool)", 1, (ref AbiWriter writer) => writer.WriteBool(true)));
        await Node.InvokeAsync("anvil_impersonateAccount", writer => writer.WriteStringValue(Receiver.ToString()));
        await Node.InvokeAsync("anvil_setBalance", writer =>
        {
            writer.WriteStringValue(Receiver.ToString());
            writer.WriteStringValue(Hex.Quantity(UInt256.PowerOfTen(20)));
        });
        foreach (DevnetReserve reserve in Manifest.Reserves)
        {
            await DoAsync(Deployer, reserve.Asset, Erc20.Transfer(Receiver, UInt256.PowerOfTen(6 + Manifest.Token(reserve.Symbol).Decimals)));
            await DoAsync(Receiver, reserve.Asset, Erc20.Approve(Pool, UInt256.MaxValue));
        }
    }

    private async Task AddPricedCategoryAsync()
    {
        byte[] code = await ContractArtifact.ReadCode(AaveInstaller.PriceSourceArtifact(Parts), default);
        Receipt created = await DoAsync(Deployer, null, CallData.Creation(code, 2, (ref AbiWriter writer) =>
        {
            writer.WriteString("a category's own, simulated");
            writer.WriteUInt256((UInt256)2_480UL * UInt256.PowerOfTen(8));
        }));
        CategorySource = created.ContractAddress!.Value;
        await DoAsync(Deployer, Oracle, CallData.Of("setAssetSources(address[],address[])", 2, (ref AbiWriter writer) =>
        {
            for (int i = 0; i < 2; i++)
            {
                AbiFrame list = writer.BeginArray(1, 1);
                writer.WriteAddress(CategorySource);
                writer.End(list);
            }
        }));
        await DoAsync(Deployer, Configurator, DevnetCalls.SetEModeCategory(PricedCategory, 9_000, 9_300, 10_200, CategorySource, "Priced"));
        await DoAsync(Deployer, Configurator, DevnetCalls.OfReserve("setAssetEModeCategory(address,uint8)", Manifest.Reserve("WETH").Asset, PricedCategory));
    }
}
