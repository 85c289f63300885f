using System.Text.Json;
using FastRebalance.Core.Assets;
using FastRebalance.Core.Hashing;

namespace FastRebalance.Ethereum.TypedData;

/// <summary>
/// A typed message as <c>eth_signTypedData_v4</c> takes it: <c>{types, primaryType, domain, message}</c>. Without EIP712Domain among the
/// types the domain's own members say what it is, in the order of the standard. Strict: a member that no type names would not be signed
/// and is refused. For set-up; <see cref="WordStruct"/> is the hot path's. Source: EIP-712.
/// </summary>
public sealed class TypedDataDocument
{
    private static readonly string[] s_members = ["types", "primaryType", "domain", "message"];

    private readonly TypedStructs _structs;

    private TypedDataDocument(TypedStructs structs, string primaryType, JsonElement domain, JsonElement message)
    {
        _structs = structs;
        PrimaryType = primaryType;
        TypedDataHasher hasher = new(structs);
        DomainSeparator = hasher.HashStruct(TypedDataDomain.TypeName, domain, "domain");
        EncodedMessage = hasher.EncodeStruct(primaryType, message, "message");
        StructHash = Keccak256.Hash(EncodedMessage);
        SigningHash = primaryType == TypedDataDomain.TypeName ? HashOfDomainAlone(DomainSeparator) : TypedDataDigest.Of(DomainSeparator, StructHash);
    }

    public string PrimaryType { get; }

    public Hash32 DomainSeparator { get; }

    /// <summary>hashStruct of the message.</summary>
    public Hash32 StructHash { get; }

    /// <summary>What is signed.</summary>
    public Hash32 SigningHash { get; }

    /// <summary>The type's hash and a word for each member: what <see cref="StructHash"/> is the hash of.</summary>
    internal byte[] EncodedMessage { get; }

    /// <summary>Reads a document.</summary>
    /// <exception cref="FormatException">What is wrong, and the path to it.</exception>
    public static TypedDataDocument Parse(ReadOnlyMemory<byte> utf8Json)
    {
        JsonDocument document;
        try
        {
            document = JsonDocument.Parse(utf8Json);
        }
        catch (JsonException broken)
        {
            throw new FormatException($"not JSON: {broken.Message}", broken);
        }
        using (document) return Read(document.RootElement);
    }

    /// <inheritdoc cref="Parse"/>
    public static TypedDataDocument Read(JsonElement root)
    {
        TypedDataText.Require(root, JsonValueKind.Object, "the document");
        TypedDataText.RequireOnly(root, "", s_members);
        TypedStructs structs = TypedStructs.Read(TypedDataText.Member(root, "types", ""));
        string primaryType = TypedDataText.Text(root, "primaryType", "");
        JsonElement domain = TypedDataText.Member(root, "domain", "");
        TypedDataText.Require(domain, JsonValueKind.Object, "domain");
        if (!structs.Has(TypedDataDomain.TypeName))
            structs.Add(TypedDataDomain.TypeName, [.. TypedDataDomain.Members.Where(m => domain.TryGetProperty(m.Name, out _))]);
        structs.RequireKnownTypes();
        if (!structs.Has(primaryType)) throw new FormatException($"primaryType: '{primaryType}' is no struct of types");
        return new TypedDataDocument(structs, primaryType, domain, TypedDataText.Member(root, "message", ""));
    }

    /// <summary>encodeType of a struct of the document: <c>Mail(Person from,Person to,string contents)Person(string name,address wallet)</c>.</summary>
    /// <exception cref="ArgumentException">The document has no such struct.</exception>
    public string EncodeType(string name) =>
        _structs.Has(name) ? _structs.Describe(name) : throw new ArgumentException($"'{name}' is no struct of this document", nameof(name));

    // As wallets do it: a message that is the domain itself is signed without one.
    private static Hash32 HashOfDomainAlone(in Hash32 separator) => Keccak256.Hash([0x19, 0x01, .. separator.Span]);
}
