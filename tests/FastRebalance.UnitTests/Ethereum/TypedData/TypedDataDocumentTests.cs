using System.Text.Json;
using FastRebalance.Core.Assets;
using FastRebalance.Core.Hashing;
using FastRebalance.Ethereum.Keys;
using FastRebalance.Ethereum.TypedData;
using FastRebalance.Native;

namespace FastRebalance.UnitTests.Ethereum.TypedData;

public sealed class TypedDataDocumentTests(ITestOutputHelper output)
{
    // EIP-712, the Mail of its example.
    private const string Mail = """
        {
          "types": {
            "EIP712Domain": [
              { "name": "name", "type": "string" }, { "name": "version", "type": "string" },
              { "name": "chainId", "type": "uint256" }, { "name": "verifyingContract", "type": "address" }
            ],
            "Person": [{ "name": "name", "type": "string" }, { "name": "wallet", "type": "address" }],
            "Mail": [{ "name": "from", "type": "Person" }, { "name": "to", "type": "Person" }, { "name": "contents", "type": "string" }]
          },
          "primaryType": "Mail",
          "domain": { "name": "Ether Mail", "version": "1", "chainId": 1, "verifyingContract": "0xCcCCccccCCCCcCCCCCCcCcCccCcCCCcCcccccccC" },
          "message": {
            "from": { "name": "Cow", "wallet": "0xCD2a3d9F938E13CD947Ec05AbC7FE734Df8DD826" },
            "to": { "name": "Bob", "wallet": "0xbBbBBBBbbBBBbbbBbbBbbbbBBbBbbbbBbBbbBBbB" },
            "contents": "Hello, Bob!"
          }
        }
        """;

    [Fact]
    public void Parse_EthersFile_GivesEveryEncodingDigestAndSignature()
    {
        using JsonDocument file = Vectors.Open("ethers", "eip712.json.gz");
        int count = 0, signed = 0;
        foreach (JsonElement test in file.RootElement.EnumerateArray())
        {
            TypedDataDocument document = TypedDataDocument.Parse(System.Text.Encoding.UTF8.GetBytes(
                $$"""{"types":{{test.GetProperty("types")}},"primaryType":"{{test.Text("primaryType")}}","domain":{{test.GetProperty("domain")}},"message":{{test.GetProperty("data")}} }"""));
            Assert.Equal(test.Text("encoded"), "0x" + Convert.ToHexStringLower(document.EncodedMessage));
            Assert.Equal(test.Text("digest"), document.SigningHash.ToString());
            count++;
            if (!test.TryGetProperty("signature", out _)) continue;
            Assert.True(Secp256k1.TrySign(document.SigningHash.Span, test.Bytes("privateKey"), out Signature signature));
            byte[] bytes = signature.Span.ToArray();
            bytes[64] += 27;
            Assert.Equal(test.Bytes("signature"), bytes);
            signed++;
        }
        output.WriteLine($"{count} documents, {signed} signatures");
        Assert.Equal(1025, count);
        Assert.True(signed > 0);
    }

    [Fact]
    public void Parse_MailOfTheStandard_GivesItsHashes()
    {
        TypedDataDocument mail = TypedDataDocument.Parse(System.Text.Encoding.UTF8.GetBytes(Mail));
        Assert.Equal("Mail(Person from,Person to,string contents)Person(string name,address wallet)", mail.EncodeType("Mail"));
        Assert.Equal("0xa0cedeb2dc280ba39b857546d74f5549c3a1d7bdc2dd96bf881f76108e23dac2", Keccak256.HashOfText(mail.EncodeType("Mail")).ToString());
        Assert.Equal("0xf2cee375fa42b42143804025fc449deafd50cc031ca257e0b194a650a912090f", mail.DomainSeparator.ToString());
        Assert.Equal("0xc52c0ee5d84264471806290a3f2c4cecfc5490626bf912d01f240d7a274b371e", mail.StructHash.ToString());
        Assert.Equal("0xbe609aee343fb3c4b28e1df9e632fca64fcfaede20f02e86244efddf30957bd2", mail.SigningHash.ToString());
        PrivateKey cow = new(Keccak256.HashOfText("cow").Span);
        Assert.True(Secp256k1.TrySign(mail.SigningHash.Span, in cow, out Signature signature));
        Assert.Equal("0x4355c47d63924e8a72e509b65029052eb6c299d53a04e167c5775fd466751c9d"
            + "07299936d304c153f6443dfa05f40ff007d72911b6f72307f996231605b91562" + "01", signature.ToString());
        Assert.Equal("0xCD2a3d9F938E13CD947Ec05AbC7FE734Df8DD826", Eip55.Format(AccountAddress.Of(in cow)));
    }

    [Fact]
    public void Parse_WithoutDomainType_TakesTheDomainsOwnMembers()
    {
        int start = Mail.IndexOf("\"EIP712Domain\"", StringComparison.Ordinal);
        string without = Mail.Remove(start, Mail.IndexOf("\"Person\": [", StringComparison.Ordinal) - start);
        Assert.Equal(Parsed(Mail).SigningHash, Parsed(without).SigningHash);
    }

    [Fact]
    public void Separator_EveryChoiceOfMembers_IsThatOfTheDocument()
    {
        TypedDataDomain whole = new()
        {
            Name = "Ether Mail", Version = "1", ChainId = 1, VerifyingContract = Address.Parse("0xcccccccccccccccccccccccccccccccccccccccc"), Salt = Keccak256.OfNothing,
        };
        Assert.Equal("0xf2cee375fa42b42143804025fc449deafd50cc031ca257e0b194a650a912090f", (whole with { Salt = null }).Separator().ToString());
        for (int choice = 0; choice < 32; choice++)
        {
            TypedDataDomain domain = new()
            {
                Name = (choice & 1) != 0 ? whole.Name : null,
                Version = (choice & 2) != 0 ? whole.Version : null,
                ChainId = (choice & 4) != 0 ? whole.ChainId : null,
                VerifyingContract = (choice & 8) != 0 ? whole.VerifyingContract : null,
                Salt = (choice & 16) != 0 ? whole.Salt : null,
            };
            string[] members =
            [
                .. domain.Name is null ? Array.Empty<string>() : ["\"name\":\"Ether Mail\""],
                .. domain.Version is null ? Array.Empty<string>() : ["\"version\":\"1\""],
                .. domain.ChainId is null ? Array.Empty<string>() : ["\"chainId\":\"0x1\""],
                .. domain.VerifyingContract is null ? Array.Empty<string>() : ["\"verifyingContract\":\"0xcccccccccccccccccccccccccccccccccccccccc\""],
                .. domain.Salt is null ? Array.Empty<string>() : [$"\"salt\":\"{Keccak256.OfNothing}\""],
            ];
            string document = $$"""{"types":{"A":[]},"primaryType":"A","domain":{ {{string.Join(',', members)}} } ,"message":{ } }""";
            Assert.Equal(Parsed(document).DomainSeparator, domain.Separator());
        }
    }

    // A struct that names itself, in an array and alone, comes to an end where the data do.
    [Fact]
    public void Parse_StructThatNamesItself_IsHashedAsDeepAsItGoes()
    {
        const string Types = """{"Node":[{"name":"value","type":"uint8"},{"name":"next","type":"Node"},{"name":"kids","type":"Node[]"}]}""";
        string leaf = """{"value":1,"next":null,"kids":[]}""";
        TypedDataDocument one = Parsed($$"""{"types":{{Types}},"primaryType":"Node","domain":{},"message":{{leaf}} }""");
        TypedDataDocument two = Parsed($$"""{"types":{{Types}},"primaryType":"Node","domain":{},"message":{"value":2,"next":{{leaf}},"kids":[{{leaf}},{{leaf}}] } }""");
        Assert.Equal("Node(uint8 value,Node next,Node[] kids)", one.EncodeType("Node"));
        byte[] hash = one.StructHash.Span.ToArray();
        Assert.Equal([.. Keccak256.HashOfText("Node(uint8 value,Node next,Node[] kids)").Span, .. new byte[31], 2, .. hash, .. Keccak256.Hash([.. hash, .. hash]).Span], two.EncodedMessage);
    }

    [Theory]
    [InlineData("uint8", "256", "message.x")]
    [InlineData("uint8", "-1", "message.x")]
    [InlineData("uint256", "\"115792089237316195423570985008687907853269984665640564039457584007913129639936\"", "message.x")]
    [InlineData("uint8", "1.0", "message.x")]
    [InlineData("uint8", "1e1", "message.x")]
    [InlineData("uint8", "\"\"", "message.x")]
    [InlineData("uint8", "\" 1\"", "message.x")]
    [InlineData("uint8", "true", "message.x")]
    [InlineData("int8", "128", "message.x")]
    [InlineData("int8", "-129", "message.x")]
    [InlineData("int8", "\"-0x1\"", "message.x")]
    [InlineData("bool", "1", "message.x")]
    [InlineData("bool", "\"true\"", "message.x")]
    [InlineData("address", "\"0xCD2a3d9F938E13CD947Ec05AbC7FE734Df8Dd826\"", "message.x")]
    [InlineData("address", "\"0xcd2a3d9f938e13cd947ec05abc7fe734df8dd82\"", "message.x")]
    [InlineData("bytes2", "\"0x01\"", "message.x")]
    [InlineData("bytes2", "\"0x010203\"", "message.x")]
    [InlineData("bytes", "\"0x0\"", "message.x")]
    [InlineData("bytes", "\"01\"", "message.x")]
    [InlineData("string", "null", "message.x")]
    [InlineData("uint8[2]", "[1]", "message.x")]
    [InlineData("uint8[]", "[1,[2]]", "message.x[1]")]
    [InlineData("uint8[][]", "[[1],[300]]", "message.x[1][0]")]
    [InlineData("uint7", "1", "types.A.x")]
    [InlineData("uint264", "1", "types.A.x")]
    [InlineData("bytes33", "\"0x\"", "types.A.x")]
    [InlineData("uint08", "1", "types.A.x")]
    [InlineData("uint8[0]", "[]", "types.A.x")]
    [InlineData("uint8[-1]", "[]", "types.A.x")]
    [InlineData("uint8 ", "1", "types.A.x")]
    [InlineData("Other", "{}", "types.A.x")]
    public void Parse_ValueOrTypeOutOfPlace_NamesThePath(string type, string value, string path)
    {
        string document = $$"""{"types":{"A":[{"name":"x","type":"{{type}}"}]},"primaryType":"A","domain":{},"message":{"x":{{value}} } }""";
        string message = Assert.Throws<FormatException>(() => Parsed(document)).Message;
        Assert.StartsWith(path + ":", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"types":{},"primaryType":"A","domain":{},"message":{}}""", "primaryType:")]
    [InlineData("""{"types":{"A":[]},"primaryType":"A","domain":{}}""", "message: missing")]
    [InlineData("""{"types":{"A":[]},"primaryType":"A","domain":{},"message":{},"more":1}""", "more:")]
    [InlineData("""{"types":{"A":[]},"primaryType":"A","domain":{"chain":1},"message":{}}""", "domain.chain:")]
    [InlineData("""{"types":{"A":[]},"primaryType":"A","domain":{},"message":{"x":1}}""", "message.x:")]
    [InlineData("""{"types":{"A":[{"name":"x","type":"bool"}]},"primaryType":"A","domain":{},"message":{}}""", "message.x: missing")]
    [InlineData("""{"types":{"A":[{"name":"x","type":"bool"},{"name":"x","type":"bool"}]},"primaryType":"A","domain":{},"message":{}}""", "types.A[1].name:")]
    [InlineData("""{"types":{"A b":[]},"primaryType":"A","domain":{},"message":{}}""", "types.A b:")]
    [InlineData("""{"types":{"bool":[]},"primaryType":"bool","domain":{},"message":{}}""", "types.bool:")]
    [InlineData("""{"types":{"A":[{"name":"x","type":"bool"}]},"primaryType":"A","domain":{},"message":{"x":true,"x":false}}""", "message.x: there twice")]
    [InlineData("""[]""", "the document:")]
    [InlineData("""{""", "not JSON")]
    public void Parse_DocumentOutOfShape_NamesThePath(string document, string start) =>
        Assert.StartsWith(start, Assert.Throws<FormatException>(() => Parsed(document)).Message, StringComparison.Ordinal);

    private static TypedDataDocument Parsed(string document) => TypedDataDocument.Parse(System.Text.Encoding.UTF8.GetBytes(document));
}
