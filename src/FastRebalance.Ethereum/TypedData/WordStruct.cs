using FastRebalance.Core.Assets;
using FastRebalance.Core.Hashing;
using FastRebalance.Ethereum.Encoding;

namespace FastRebalance.Ethereum.TypedData;

/// <summary>
/// A struct of EIP-712 whose members are all of one word, for one domain: type and domain are hashed once, here; a message is then two
/// hashes over stack memory. Hashing allocates nothing and any thread may do it.
/// </summary>
/// <remarks>
/// <code>
/// WordStruct intent = new("Intent(bytes32 decision,address account,uint256 deadline)", domain.Separator());
/// AbiWriter writer = new(words);
/// writer.BeginArguments(headWords: 3);
/// writer.WriteHash(decision);
/// writer.WriteAddress(account);
/// writer.WriteUInt64(deadline);
/// Signature signature = signer.SignDigest(intent.Digest(words));
/// </code>
/// </remarks>
public sealed class WordStruct
{
    public const int MaxMembers = 32;

    private readonly Hash32 _domainSeparator;

    /// <param name="type">The type as Solidity writes it: <c>Name(type name,type name)</c>, without blanks beside those.</param>
    /// <param name="domainSeparator">Whom it is for; see <see cref="TypedDataDomain.Separator"/>.</param>
    /// <exception cref="ArgumentException">It is not of that form, or a member takes more than a word; the message says which.</exception>
    public WordStruct(string type, in Hash32 domainSeparator)
    {
        MemberCount = CountMembers(type);
        TypeHash = Keccak256.HashOfText(type);
        _domainSeparator = domainSeparator;
    }

    public int MemberCount { get; }

    public Hash32 TypeHash { get; }

    /// <summary>hashStruct.</summary>
    /// <param name="words">The members in order, 32 bytes each, exactly as many as there are.</param>
    /// <exception cref="ArgumentException">Another number of bytes.</exception>
    public Hash32 Hash(ReadOnlySpan<byte> words)
    {
        if (words.Length != MemberCount * AbiWord.Length)
            throw new ArgumentException($"{MemberCount} words of {AbiWord.Length} bytes are wanted, found {words.Length} bytes", nameof(words));
        Span<byte> encoded = stackalloc byte[(1 + MaxMembers) * AbiWord.Length];
        TypeHash.Span.CopyTo(encoded);
        words.CopyTo(encoded[AbiWord.Length..]);
        return Keccak256.Hash(encoded[..(AbiWord.Length + words.Length)]);
    }

    /// <summary>What is signed.</summary>
    /// <param name="words">The members in order, 32 bytes each, exactly as many as there are.</param>
    /// <exception cref="ArgumentException">Another number of bytes.</exception>
    public Hash32 Digest(ReadOnlySpan<byte> words) => TypedDataDigest.Of(in _domainSeparator, Hash(words));

    private static int CountMembers(string type)
    {
        int open = type.IndexOf('(', StringComparison.Ordinal);
        if (open <= 0 || !type.EndsWith(')')) throw Refused(type, "write Name(type name,type name)");
        string[] members = type[(open + 1)..^1].Split(',');
        foreach (string member in members)
        {
            string[] parts = member.Split(' ');
            if (parts.Length != 2 || parts[1].Length == 0) throw Refused(type, $"'{member}' is not a type, one blank and a name");
            if (!TypedValueType.Of(parts[0]).IsOneWord)
                throw Refused(type, $"{parts[1]} of type {parts[0]} is not one word: hash it first and declare it bytes32");
        }
        return members.Length <= MaxMembers ? members.Length : throw Refused(type, $"at most {MaxMembers} members are wanted, found {members.Length}");
    }

    private static ArgumentException Refused(string type, string why) => new($"'{type}': {why}", nameof(type));
}
