using FastRebalance.Core.Assets;
using FastRebalance.Core.Hashing;

namespace FastRebalance.Ethereum.Keys;

/// <summary>Addresses with the checksum of EIP-55: the case of each letter carries one bit of a hash, so most typing errors show.</summary>
public static class Eip55
{
    /// <summary><c>0x</c> and 40 digits in checksum case.</summary>
    public static string Format(Address address) => string.Create(2 + 2 * Address.Length, address, static (text, source) =>
    {
        Span<byte> lower = stackalloc byte[2 * Address.Length];
        Span<byte> hash = stackalloc byte[Keccak256.HashLength];
        Convert.TryToHexStringLower(source.Span, lower, out _);
        Keccak256.Hash(lower, hash);
        "0x".CopyTo(text);
        for (int i = 0; i < lower.Length; i++)
        {
            int nibble = (i & 1) == 0 ? hash[i / 2] >> 4 : hash[i / 2] & 0xf;
            text[2 + i] = (char)(lower[i] >= 'a' && nibble >= 8 ? lower[i] - 0x20 : lower[i]);
        }
    });

    /// <summary>Reads an address; one written in mixed case must carry the right checksum.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out Address address) =>
        Address.TryParse(text, out address) && (IsOneCase(text[2..]) || text[2..].SequenceEqual(Format(address).AsSpan(2)));

    private static bool IsOneCase(ReadOnlySpan<char> digits) =>
        !digits.ContainsAnyInRange('a', 'f') || !digits.ContainsAnyInRange('A', 'F');
}
