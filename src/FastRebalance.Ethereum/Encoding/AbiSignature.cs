using FastRebalance.Core.Assets;
using FastRebalance.Core.Hashing;

namespace FastRebalance.Ethereum.Encoding;

/// <summary>Texts like <c>Transfer(address,address,uint256)</c> and what they hash to. For set-up: it throws on a text that is not canonical.</summary>
public static class AbiSignature
{
    /// <summary>The first topic of the logs an event writes.</summary>
    /// <exception cref="ArgumentException">The text is not a canonical signature.</exception>
    public static Hash32 EventTopic(string signature) => Keccak256.HashOfText(Require(signature));

    // A hash of a text with a space or an alias in it is a valid hash of nothing that exists on the chain: the call would only fail there.
    internal static string Require(string signature)
    {
        ArgumentNullException.ThrowIfNull(signature);
        if (Flaw(signature) is { } flaw)
            throw new ArgumentException($"'{signature}' is not a canonical signature such as transfer(address,uint256): {flaw}", nameof(signature));
        return signature;
    }

    private static string? Flaw(string signature)
    {
        int open = signature.IndexOf('(');
        if (open <= 0) return "a name and an opening bracket are wanted";
        if (signature.AsSpan().ContainsAny(' ', '\t', ';')) return "it holds a space or semicolon";
        int position = open;
        return ReadTuple(signature, ref position) ?? (position == signature.Length ? null : "text follows the last bracket");
    }

    private static string? ReadTuple(string text, ref int position)
    {
        position++; // the opening bracket
        if (position < text.Length && text[position] == ')')
        {
            position++;
            return null;
        }
        while (true)
        {
            if (ReadType(text, ref position) is { } flaw) return flaw;
            if (position == text.Length) return "a closing bracket is missing";
            char next = text[position];
            if (next != ',' && next != ')') return $"',' or ')' is wanted instead of '{next}'";
            position++;
            if (next == ')') return null;
        }
    }

    private static string? ReadType(string text, ref int position)
    {
        if (position < text.Length && text[position] == '(')
        {
            if (ReadTuple(text, ref position) is { } flaw) return flaw;
        }
        else
        {
            int start = position;
            while (position < text.Length && char.IsAsciiLetterOrDigit(text[position])) position++;
            string name = text[start..position];
            if (!IsElementary(name)) return $"'{name}' is not an elementary type (write uint256 for uint, tuples as brackets)";
        }
        return ReadArraySuffixes(text, ref position);
    }

    private static string? ReadArraySuffixes(string text, ref int position)
    {
        while (position < text.Length && text[position] == '[')
        {
            int close = text.IndexOf(']', position);
            if (close < 0) return "']' is missing";
            ReadOnlySpan<char> size = text.AsSpan(position + 1, close - position - 1);
            if (size.Length > 0 && (!uint.TryParse(size, out uint count) || count == 0 || size[0] == '0')) return $"'{size}' is not an array size";
            position = close + 1;
        }
        return null;
    }

    private static bool IsElementary(string name) =>
        name is "address" or "bool" or "string" or "bytes" or "function"
        || (HasSize(name, "bytes", out int size) && size <= 32)
        || (HasSize(name, "uint", out size) && size % 8 == 0 && size <= 256)
        || (HasSize(name, "int", out size) && size % 8 == 0 && size <= 256);

    private static bool HasSize(string name, string prefix, out int size)
    {
        size = 0;
        return name.StartsWith(prefix, StringComparison.Ordinal)
            && name.Length > prefix.Length
            && name[prefix.Length] != '0'
            && int.TryParse(name.AsSpan(prefix.Length), System.Globalization.NumberStyles.None, null, out size);
    }
}
