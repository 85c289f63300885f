using FastRebalance.Core.Assets;
using FastRebalance.Core.Hashing;
using FastRebalance.Ethereum.Encoding;

namespace FastRebalance.Ethereum.TypedData;

/// <summary>Whom a typed message is for (EIP-712's domain). A member left at null is not part of the domain. For set-up.</summary>
public sealed record TypedDataDomain
{
    public const string TypeName = "EIP712Domain";

    public string? Name { get; init; }

    public string? Version { get; init; }

    public UInt256? ChainId { get; init; }

    public Address? VerifyingContract { get; init; }

    public Hash32? Salt { get; init; }

    /// <summary>The members there are, in the order of the standard; a domain leaves out what it does not have.</summary>
    internal static IReadOnlyList<TypedMember> Members { get; } =
    [
        new("name", "string"), new("version", "string"), new("chainId", "uint256"), new("verifyingContract", "address"), new("salt", "bytes32"),
    ];

    /// <summary>The hash of the domain.</summary>
    public Hash32 Separator()
    {
        bool[] has = [Name is not null, Version is not null, ChainId is not null, VerifyingContract is not null, Salt is not null];
        TypedMember[] members = [.. Members.Where((_, i) => has[i])];
        byte[] words = new byte[AbiWord.Length * (1 + members.Length)];
        AbiWriter writer = new(words);
        writer.BeginArguments(1 + members.Length);
        writer.WriteHash(Keccak256.HashOfText(TypedMember.Describe(TypeName, members)));
        if (Name is not null) writer.WriteHash(Keccak256.HashOfText(Name));
        if (Version is not null) writer.WriteHash(Keccak256.HashOfText(Version));
        if (ChainId is { } chainId) writer.WriteUInt256(in chainId);
        if (VerifyingContract is { } contract) writer.WriteAddress(in contract);
        if (Salt is { } salt) writer.WriteHash(in salt);
        return writer.TryFinish(out int length)
            ? Keccak256.Hash(words.AsSpan(0, length))
            : throw new InvalidOperationException("the words of the domain were counted wrongly");
    }
}
