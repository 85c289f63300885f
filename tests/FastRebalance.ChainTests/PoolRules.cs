using FastRebalance.Core.Assets;
using FastRebalance.Devnet;
using FastRebalance.Devnet.Install;
using FastRebalance.Devnet.Node;
using FastRebalance.Ethereum.Encoding;
using FastRebalance.Ethereum.Rpc;
using FastRebalance.Ethereum.Transactions;
using FastRebalance.Execution.Channels;
using FastRebalance.Execution.Fees;
using FastRebalance.Native;

namespace FastRebalance.ChainTests;

/// <summary>A real node of one kind or the other that mines when it is told to, an account with ether, and the public channel into its pool.</summary>
internal sealed class PoolRules : IAsyncDisposable
{
    public const ulong Gwei = 1_000_000_000;

    private readonly DevnetFolder _folder = new();
    private readonly TransactionSigner _signer;
    private IAsyncDisposable? _process;

    private PoolRules()
    {
        byte[] key = new byte[PrivateKey.Length];
        key.AsSpan().Fill(0x46);
        _signer = new TransactionSigner(new PrivateKey(key), LocalChain.ChainId);
    }

    public EthereumNode Node { get; private set; } = null!;

    public string Url { get; private set; } = "";

    public Address Account => _signer.Address;

    private bool IsHardhat { get; init; }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <param name="kind">anvil or hardhat; the test is skipped where hardhat cannot be installed.</param>
    public static async Task<PoolRules> StartAsync(string kind)
    {
        PoolRules rules = new() { IsHardhat = kind == "hardhat" };
        if (rules.IsHardhat)
        {
            HardhatNode hardhat = await HardhatNode.StartAsync(await InstallAsync(), Cancellation);
            rules._process = hardhat;
            rules.Url = hardhat.Url;
        }
        else
        {
            DevnetParts parts = await new DevnetInstaller().EnsureAsync(Cancellation);
            AnvilNode anvil = await AnvilNode.StartAsync(parts.NodeProgram, new AnvilOptions(1, LocalChain.ChainId, 0, null, null), rules._folder.Path, Cancellation);
            rules._process = anvil;
            rules.Url = $"http://127.0.0.1:{anvil.Port}";
        }
        rules.Node = await EthereumNode.ConnectAsync(rules.Url, Cancellation);
        await rules.Node.InvokeAsync("evm_setAutomine", static writer => writer.WriteBooleanValue(false), Cancellation);
        await rules.SetBalanceAsync(UInt256.PowerOfTen(20));
        return rules;
    }

    public Task SetBalanceAsync(UInt256 wei) => SetBalanceAsync(Account, wei);

    private Task SetBalanceAsync(Address account, UInt256 wei) => Node.InvokeAsync(IsHardhat ? "hardhat_setBalance" : "anvil_setBalance", writer =>
    {
        writer.WriteStringValue(account.ToString());
        writer.WriteStringValue(Hex.Quantity(wei));
    }, Cancellation);

    public Task SetNextBaseFeeAsync(ulong wei) => Node.InvokeAsync(
        IsHardhat ? "hardhat_setNextBlockBaseFeePerGas" : "anvil_setNextBlockBaseFeePerGas", writer => writer.WriteStringValue(Hex.Quantity(wei)), Cancellation);

    public Task MineAsync() => Node.InvokeAsync("evm_mine", null, Cancellation);

    public (byte[] Raw, Hash32 Hash) Transfer(ulong nonce, FeeQuote fees, ulong gas = 21_000, ulong chainId = LocalChain.ChainId, UInt256 value = default)
    {
        using TransactionSigner? foreign = chainId == LocalChain.ChainId ? null : ForChain(chainId);
        return Sign(foreign ?? _signer, nonce, fees, gas, value);
    }

    /// <summary>The first transaction of another account, which has ether as well.</summary>
    public async Task<(byte[] Raw, Hash32 Hash)> RivalTransferAsync(FeeQuote fees)
    {
        byte[] key = new byte[PrivateKey.Length];
        key.AsSpan().Fill(0x47);
        using TransactionSigner rival = new(new PrivateKey(key), LocalChain.ChainId);
        await SetBalanceAsync(rival.Address, UInt256.PowerOfTen(20));
        return Sign(rival, 0, fees, 21_000, default);
    }

    private static (byte[] Raw, Hash32 Hash) Sign(TransactionSigner signer, ulong nonce, FeeQuote fees, ulong gas, UInt256 value)
    {
        Eip1559Transaction transaction = new()
        {
            Nonce = nonce,
            MaxFeePerGasWei = fees.MaxFeePerGasWei,
            MaxPriorityFeePerGasWei = fees.TipWei,
            GasLimit = gas,
            To = Address.Parse("0x00000000000000000000000000000000000000aa"),
            ValueWei = value,
        };
        byte[] raw = new byte[signer.MaxLength(in transaction)];
        int length = signer.Sign(in transaction, raw, out Hash32 hash);
        return (raw[..length], hash);
    }

    public async Task<ChannelAnswer> SendAsync(ulong nonce, FeeQuote fees, ulong gas = 21_000, ulong chainId = LocalChain.ChainId, UInt256 value = default)
    {
        (byte[] raw, Hash32 hash) = Transfer(nonce, fees, gas, chainId, value);
        return await new PublicChannel(Node).SubmitAsync(raw, hash, Cancellation);
    }

    public async ValueTask DisposeAsync()
    {
        if (Node is not null)
            await Node.DisposeAsync();
        if (_process is not null)
            await _process.DisposeAsync();
        _signer.Dispose();
        _folder.Dispose();
    }

    private static TransactionSigner ForChain(ulong chainId)
    {
        byte[] key = new byte[PrivateKey.Length];
        key.AsSpan().Fill(0x46);
        return new TransactionSigner(new PrivateKey(key), chainId);
    }

    private static async Task<string> InstallAsync()
    {
        try
        {
            return await HardhatInstaller.EnsureAsync(Cancellation);
        }
        catch (DevnetInstallException missing)
        {
            Assert.Skip($"hardhat is not there, and cannot be installed: {missing.Message}");
            throw;
        }
    }
}
