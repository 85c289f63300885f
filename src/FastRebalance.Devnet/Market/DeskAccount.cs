using System.Security.Cryptography;
using System.Text;
using FastRebalance.Core.Assets;
using FastRebalance.Core.Hashing;
using FastRebalance.Devnet.Files;
using FastRebalance.Ethereum.Contracts;
using FastRebalance.Ethereum.Keys;
using FastRebalance.Ethereum.Rpc;
using FastRebalance.Ethereum.Transactions;
using FastRebalance.Native;

namespace FastRebalance.Devnet.Market;

/// <summary>
/// A trading desk's account: its own key, which the node does not know, made from the seed. Anyone can make the same key, so it
/// must never hold anything of value on another chain. One caller at a time.
/// </summary>
internal sealed class DeskAccount : IDisposable
{
    private const ulong ApprovalGas = 80_000;
    private static readonly UInt256 GasMoneyWei = PoolMath.BaseUnits(100e18);

    private readonly TransactionSigner _signer;
    private ulong _nonce;

    private DeskAccount(TransactionSigner signer) => _signer = signer;

    public Address Address => _signer.Address;

    /// <summary>Makes the key and writes the keystore and its password, readable by their owner alone.</summary>
    public static DeskAccount Create(ulong seed, ulong chainId, string directory, DeskFiles files)
    {
        PrivateKey key = KeyOf(seed, files);
        try
        {
            WriteFiles(in key, seed, directory, files);
            return new DeskAccount(new TransactionSigner(in key, chainId));
        }
        finally
        {
            key.Clear();
        }
    }

    /// <summary>Gives the desk its ether and its tokens, off target, from the sender's account.</summary>
    public async Task FundAsync(EthereumNode node, SetupSender sender, DeployedMarket market, CancellationToken cancellationToken)
    {
        await FundAsync(node, cancellationToken).ConfigureAwait(false);
        foreach ((string symbol, double weight) in MarketPlan.StartWeights)
        {
            DeployedToken token = market.Token(symbol);
            UInt256 amount = PoolMath.BaseUnits(token.Plan.BaseUnitsOf(weight * MarketPlan.DeskValueUsdc));
            await sender.CallAsync(
                $"funding the desk with {symbol}", token.Address, Erc20.Transfer(Address, amount), 100_000, cancellationToken)
                .ConfigureAwait(false);
        }
    }

    /// <summary>Gives it ether alone.</summary>
    public Task FundAsync(EthereumNode node, CancellationToken cancellationToken) =>
        NodeCheats.SetBalance(node, Address, GasMoneyWei, cancellationToken);

    /// <summary>Lets the contracts that run orders spend every token of the desk: signed by the desk's own key, as on any chain.</summary>
    public async Task ApproveAsync(
        EthereumNode node, SetupSender sender, DeployedMarket market, IReadOnlyList<Address> spenders, CancellationToken cancellationToken)
    {
        foreach (Address spender in spenders)
            foreach (DeployedToken token in market.Tokens)
                await SendAsync(
                    node, sender, $"approving the desk's {token.Plan.Symbol}", token.Address, Erc20.Approve(spender, UInt256.MaxValue), ApprovalGas,
                    cancellationToken).ConfigureAwait(false);
    }

    /// <summary>A transaction of its own, which <paramref name="sender"/> watches.</summary>
    public async Task SendAsync(
        EthereumNode node, SetupSender sender, string what, Address to, byte[] data, ulong gas, CancellationToken cancellationToken)
    {
        SendOutcome outcome = await node.SendRawTransactionAsync(Sign(to, data, gas), cancellationToken).ConfigureAwait(false);
        if (!outcome.IsAccepted)
            throw new InvalidOperationException($"{what}: {outcome.Error}");
        sender.Watch(outcome.Hash, what);
    }

    public void Dispose() => _signer.Dispose();

    private byte[] Sign(Address to, byte[] data, ulong gas)
    {
        Eip1559Transaction transaction = new()
        {
            Nonce = _nonce++,
            MaxFeePerGasWei = SetupSender.MaxFeePerGasWei,
            MaxPriorityFeePerGasWei = 1_000_000_000,
            GasLimit = gas,
            To = to,
            Data = data,
        };
        byte[] signed = new byte[_signer.MaxLength(in transaction)];
        int length = _signer.Sign(in transaction, signed, out _);
        return signed[..length];
    }

    private static PrivateKey KeyOf(ulong seed, DeskFiles files)
    {
        Hash32 hash = Keccak256.HashOfText($"the {files.Desk} of the local chain with seed {seed}");
        while (true)
        {
            PrivateKey key = new(hash.Span);
            if (Secp256k1.IsValidKey(in key))
                return key;
            hash = Keccak256.Hash(hash.Span);
        }
    }

    private static void WriteFiles(in PrivateKey key, ulong seed, string directory, DeskFiles files)
    {
        string keystore = Path.Combine(directory, files.Keystore);
        string passwordFile = Path.Combine(directory, files.Password);
        File.Delete(keystore);
        File.Delete(passwordFile);
        byte[] password = Encoding.UTF8.GetBytes($"{files.Desk}-{seed}");
        try
        {
            // The light cost: the key is no secret, and a chain should stand within a second.
            KeystoreFile.Write(keystore, key.Span, password, Keystore.LightCost);
            WriteOwnerOnly(passwordFile, password);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(password);
        }
    }

    private static void WriteOwnerOnly(string path, ReadOnlySpan<byte> content)
    {
        FileStreamOptions options = new() { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using FileStream stream = new(path, options);
        stream.Write(content);
    }
}
