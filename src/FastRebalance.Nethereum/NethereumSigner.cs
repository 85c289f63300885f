using System.Globalization;
using FastRebalance.Core.Assets;
using FastRebalance.Ethereum.Encoding;
using FastRebalance.Ethereum.Keys;
using FastRebalance.Ethereum.Signers;
using FastRebalance.Ethereum.Transactions;
using FastRebalance.Native;
using FastRebalance.Native.Machine;
using Nethereum.Model;
using Nethereum.Signer;
using Account = Nethereum.Web3.Accounts.Account;

namespace FastRebalance.Nethereum;

/// <summary>
/// A signer that a desk has in Nethereum already (a hardware wallet, a cloud's key store) as the engine's. It is trusted as little as any
/// remote signer: what comes back is held against what was asked, and its sender worked out.
/// </summary>
public sealed class NethereumSigner : IAccountSigner
{
    private readonly IEthExternalSigner _signer;
    private readonly TimeSpan _timeout;

    private NethereumSigner(IEthExternalSigner signer, Address address, ulong chainId, TimeSpan timeout)
    {
        _signer = signer;
        Address = address;
        ChainId = chainId;
        _timeout = timeout;
    }

    public ulong ChainId { get; }

    public Address Address { get; }

    public bool SignsAccessLists => true;

    /// <summary>Asks the signer for its account.</summary>
    /// <param name="signer">Not owned.</param>
    /// <param name="chainId">The only chain that is signed for; not 0.</param>
    /// <param name="timeout">How long one signature may take; an order waits that long at most.</param>
    /// <exception cref="ArgumentException">The chain is 0, or the signer's answer is no address.</exception>
    public static async Task<NethereumSigner> OpenAsync(IEthExternalSigner signer, ulong chainId, TimeSpan timeout)
    {
        if (chainId == 0) throw new ArgumentException("the chain id is 0: set it to the id the node reports", nameof(chainId));
        string text = await signer.GetAddressAsync().ConfigureAwait(false);
        return Address.TryParse(text, out Address address)
            ? new NethereumSigner(signer, address, chainId, timeout)
            : throw new ArgumentException("the signer does not say whose it is: initialise it first", nameof(signer));
    }

    /// <summary>
    /// The signer of an account whose key Nethereum holds: its key is copied into locked memory, and signing is ours from then on. The text
    /// that Nethereum keeps stays where it is; a keystore opened here (<see cref="KeystoreFile"/>) leaves none.
    /// </summary>
    /// <exception cref="ArgumentException">The key or the chain is not usable.</exception>
    public static TransactionSigner Of(Account account, ulong chainId)
    {
        SecretMemory key = SecretMemory.Take(PrivateKey.Length);
        try
        {
            ReadOnlySpan<char> digits = account.PrivateKey.AsSpan();
            if (digits.StartsWith("0x", StringComparison.OrdinalIgnoreCase)) digits = digits[2..];
            if (digits.Length > 2 * PrivateKey.Length || !TryRead(digits, key.Span))
                throw new ArgumentException("the account's key is no hexadecimal number of 32 bytes", nameof(account));
            return new TransactionSigner(key, chainId);
        }
        catch
        {
            key.Dispose();
            throw;
        }
    }

    public async ValueTask<SigningOutcome> SignAsync(TransactionFields fields, CancellationToken cancellation = default)
    {
        if (fields.ChainId != ChainId)
            throw new ArgumentException($"this signer signs for chain {ChainId}, found {fields.ChainId?.ToString(CultureInfo.InvariantCulture) ?? "none"}", nameof(fields));
        try
        {
            byte[] raw = await SignRawAsync(fields).WaitAsync(_timeout, cancellation).ConfigureAwait(false);
            return SignatureCheck.OfTransaction(in fields, Address, raw);
        }
        catch (TimeoutException)
        {
            return SigningOutcome.No(SigningStatus.TimedOut, $"{_timeout.TotalSeconds:0.###} s");
        }
        catch (Exception refused) when (refused is not OperationCanceledException || !cancellation.IsCancellationRequested)
        {
            // Whatever a stranger's code throws; its text is not passed on, since nobody knows what it holds.
            return SigningOutcome.No(SigningStatus.Refused, refused.GetType().Name);
        }
    }

    public async ValueTask<SigningOutcome> ProbeAsync(CancellationToken cancellation = default)
    {
        try
        {
            string text = await _signer.GetAddressAsync().WaitAsync(_timeout, cancellation).ConfigureAwait(false);
            return Address.TryParse(text, out Address now) && now == Address
                ? SigningOutcome.Ready
                : SigningOutcome.No(SigningStatus.AccountUnknown, "it is another account's now");
        }
        catch (TimeoutException)
        {
            return SigningOutcome.No(SigningStatus.TimedOut, $"{_timeout.TotalSeconds:0.###} s");
        }
        catch (Exception refused) when (refused is not OperationCanceledException || !cancellation.IsCancellationRequested)
        {
            return SigningOutcome.No(SigningStatus.Unreachable, refused.GetType().Name);
        }
    }

    /// <summary>Nothing: the signer is its owner's.</summary>
    public void Dispose()
    {
    }

    /// <summary>The account, the chain and the kind.</summary>
    public override string ToString() => $"{Eip55.Format(Address)} on chain {ChainId} by {_signer.GetType().Name}";

    private async Task<byte[]> SignRawAsync(TransactionFields fields)
    {
        if (fields.Kind == TransactionKind.DynamicFee)
        {
            Transaction1559 transaction = NethereumFields.ToTransaction1559(in fields);
            await _signer.SignAsync(transaction).ConfigureAwait(false);
            return transaction.GetRLPEncoded();
        }
        if (fields.Kind != TransactionKind.Legacy || fields.ChainId is null)
            throw new NotSupportedException($"{fields.Kind}");
        LegacyTransactionChainId legacy = NethereumFields.ToLegacy(in fields);
        await _signer.SignAsync(legacy).ConfigureAwait(false);
        return legacy.GetRLPEncoded();
    }

    // A key's leading zeros may be missing in the text.
    private static bool TryRead(ReadOnlySpan<char> digits, Span<byte> key)
    {
        Span<char> padded = stackalloc char[2 * PrivateKey.Length];
        padded.Fill('0');
        digits.CopyTo(padded[(padded.Length - digits.Length)..]);
        bool isRead = Convert.FromHexString(padded, key, out _, out _) == System.Buffers.OperationStatus.Done;
        padded.Clear();
        return isRead;
    }
}
