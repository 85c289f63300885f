using System.Buffers;
using FastRebalance.Ethereum.Keys;
using FastRebalance.Ethereum.Transactions;
using FastRebalance.Native;
using FastRebalance.Native.Machine;

namespace FastRebalance.Ethereum.Signers;

/// <summary>
/// Opens the key by which relays know a sender. It holds no funds and signs no transactions, so a plain file for its owner alone is enough: one
/// line of 0x and 64 hexadecimal digits.
/// </summary>
public static class ReputationKey
{
    private const int TextLength = 2 + 2 * PrivateKey.Length;

    /// <param name="path">The file.</param>
    /// <param name="chainId">The chain; not 0.</param>
    /// <exception cref="KeystoreException">The file is missing, open to others, or too large.</exception>
    /// <exception cref="FormatException">It holds no key; the message says what is wanted, and nothing of what was found.</exception>
    public static TransactionSigner FromFile(string path, ulong chainId)
    {
        using SecretMemory line = SecretFile.ReadFirstLine(path) ?? throw NoKey($"{path} has an empty first line");
        return Of(line.Span, chainId, path);
    }

    /// <param name="variable">An environment variable.</param>
    /// <param name="chainId">The chain; not 0.</param>
    /// <exception cref="FormatException">It is not set, or holds no key.</exception>
    public static TransactionSigner FromVariable(string variable, ulong chainId)
    {
        byte[] text = System.Text.Encoding.ASCII.GetBytes(Environment.GetEnvironmentVariable(variable) ?? "");
        try
        {
            return Of(text, chainId, $"the variable {variable}");
        }
        finally
        {
            text.AsSpan().Clear();
        }
    }

    private static TransactionSigner Of(ReadOnlySpan<byte> text, ulong chainId, string place)
    {
        SecretMemory key = SecretMemory.Take(PrivateKey.Length);
        try
        {
            bool isHex = text.Length == TextLength && text[0] == (byte)'0' && text[1] is (byte)'x' or (byte)'X'
                && Convert.FromHexString(text[2..], key.Span, out _, out int written) == OperationStatus.Done && written == PrivateKey.Length;
            return isHex ? new TransactionSigner(key, chainId) : throw NoKey($"{place} holds no key");
        }
        catch (ArgumentException)
        {
            key.Dispose();
            throw NoKey($"{place} holds a number that is no key of the curve");
        }
        catch
        {
            key.Dispose();
            throw;
        }
    }

    private static FormatException NoKey(string found) => new($"{found}: 0x and 64 hexadecimal digits are wanted");
}
