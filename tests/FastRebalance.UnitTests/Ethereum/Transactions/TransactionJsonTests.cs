using System.Text.Json;
using System.Text.Json.Nodes;
using FastRebalance.Core.Assets;
using FastRebalance.Ethereum.Keys;
using FastRebalance.Ethereum.Transactions;
using FastRebalance.Native;
using FastRebalance.Tests;

namespace FastRebalance.UnitTests.Ethereum.Transactions;

public sealed class TransactionJsonTests(ITestOutputHelper output)
{
    private const string DynamicFee = """
        {"type":"0x2","chainId":1,"nonce":"7","to":"0x3535353535353535353535353535353535353535","value":"0","gas":"0x3d090","maxFeePerGas":"30000000000",
         "maxPriorityFeePerGas":1500000000,"data":"0xdeadbeef","accessList":[{"address":"0x3535353535353535353535353535353535353535",
         "storageKeys":["0x0000000000000000000000000000000000000000000000000000000000000008"]}]}
        """;

    // What a node adds to a transaction that is in a block, and what signing makes.
    private static readonly string[] s_notTheSenders = ["blockHash", "blockNumber", "blockTimestamp", "transactionIndex", "hash", "r", "s", "v", "yParity"];

    [Fact]
    public void Read_TransactionsOfNodes_GivesTheirHashAndSender()
    {
        Dictionary<TransactionKind, int> counts = [];
        string folder = SharedFiles.PathOf("vectors", "ethereum", "execution-apis", "tests");
        foreach (string path in Directory.EnumerateDirectories(folder, "eth_getTransactionBy*").SelectMany(static d => Directory.EnumerateFiles(d, "*.io")))
        {
            string answer = File.ReadLines(path).Single(static line => line.StartsWith("<< ", StringComparison.Ordinal))[3..];
            if (JsonNode.Parse(answer)!["result"] is not JsonObject reported || (string)reported["type"]! == "0x3") continue;
            JsonObject sent = reported.DeepClone().AsObject();
            foreach (string name in s_notTheSenders) sent.Remove(name);
            if (sent.ContainsKey("maxFeePerGas")) sent.Remove("gasPrice"); // what was paid in the end
            sent["chainId"] ??= 0xc72dd9d5e883eUL; // in a legacy transaction it stands in v

            IReadOnlyList<TransactionProblem> problems = Read(sent.ToJsonString(), out TransactionFields fields, out Address? from);
            Assert.True(problems.Count == 0, $"{path}: {string.Join("; ", problems)}");
            if (fields.Kind == TransactionKind.Legacy && (string)reported["v"]! is "0x1b" or "0x1c") fields.ChainId = null;
            SignedTransaction signed = new() { Fields = fields, Signature = SignatureOf(reported) };
            byte[] raw = BlobTransactionTests.Encode(in signed);
            Assert.True(TransactionDecoder.Decode(raw, out SignedTransaction decoded).IsValid);
            Assert.Equal((string)reported["hash"]!, decoded.Hash.ToString());
            Assert.True(decoded.TryRecoverSender(out Address sender));
            Assert.Equal(from, sender);
            counts[fields.Kind] = counts.GetValueOrDefault(fields.Kind) + 1;
        }
        output.WriteLine(string.Join(", ", counts));
        Assert.Equal([TransactionKind.Legacy, TransactionKind.AccessList, TransactionKind.DynamicFee, TransactionKind.SetCode], counts.Keys.Order());
        Assert.Equal(8, counts.Values.Sum());
    }

    [Fact]
    public void Read_KnownTransaction_SignsToTheKnownHash()
    {
        Assert.Empty(Read(DynamicFee, out TransactionFields fields, out Address? from));
        Assert.Null(from);
        byte[] raw = new byte[TransactionEncoder.MaxLength(in fields)];
        TransactionEncoder.Sign(in fields, TransactionEncoderTests.KeyOf(0x46), raw, out Hash32 hash);
        Assert.Equal("0x3e39c077c1a9b7e13e49eb57c7105daf382683e02ed6231821fd383fc1774dc2", hash.ToString());
    }

    [Theory]
    [InlineData("type", "3", "type")]
    [InlineData("type", "5", "type")]
    [InlineData("type", "\"two\"", "type")]
    [InlineData("chainId", "0", "chainId")]
    [InlineData("chainId", "\"0x01\"", "chainId")]
    [InlineData("nonce", "18446744073709551615", "nonce")]
    [InlineData("nonce", "18446744073709551616", "nonce")]
    [InlineData("nonce", "-1", "nonce")]
    [InlineData("nonce", "1.0", "nonce")]
    [InlineData("nonce", "1e3", "nonce")]
    [InlineData("nonce", "\"007\"", "nonce")]
    [InlineData("nonce", "\" 7\"", "nonce")]
    [InlineData("nonce", "\"\"", "nonce")]
    [InlineData("nonce", "null", "nonce")]
    [InlineData("nonce", "true", "nonce")]
    [InlineData("to", "\"0x35\"", "to")]
    [InlineData("to", "\"0x9d8A62f656a8d1615C1294fd71e9CFb3E4855A4f\"", "to")]
    [InlineData("value", "\"0x\"", "value")]
    [InlineData("value", "\"115792089237316195423570985008687907853269984665640564039457584007913129639936\"", "value")]
    [InlineData("gas", "20999", "gas")]
    [InlineData("gasLimit", "21000", "gasLimit")]
    [InlineData("gasPrice", "1", "gasPrice")]
    [InlineData("input", "\"0x\"", "input")]
    [InlineData("maxFeePerGas", "1", "maxPriorityFeePerGas")]
    [InlineData("data", "\"0xabc\"", "data")]
    [InlineData("data", "\"abcd\"", "data")]
    [InlineData("accessList", "{}", "accessList")]
    [InlineData("accessList", "[1]", "accessList[0]")]
    [InlineData("accessList", "[{\"address\":\"0x3535353535353535353535353535353535353535\"}]", "accessList[0].storageKeys")]
    [InlineData("accessList", "[{\"address\":\"0x3535353535353535353535353535353535353535\",\"storageKeys\":[\"0x01\"]}]", "accessList[0].storageKeys[0]")]
    [InlineData("accessList", "[{\"address\":\"0x3535353535353535353535353535353535353535\",\"storageKeys\":[],\"more\":1}]", "accessList[0].more")]
    [InlineData("authorizationList", "[]", "authorizationList")]
    [InlineData("from", "\"me\"", "from")]
    [InlineData("signature", "{}", "signature")]
    public void Read_OneThingAmiss_NamesItsPath(string member, string value, string path)
    {
        JsonObject transaction = JsonNode.Parse(DynamicFee)!.AsObject();
        transaction[member] = JsonNode.Parse(value);
        TransactionProblem problem = Assert.Single(Read(transaction.ToJsonString(), out _, out _));
        Assert.Equal(path, problem.Path);
        Assert.All([problem.Found, problem.Wanted], Assert.NotEmpty);
    }

    [Theory]
    [InlineData("type")]
    [InlineData("chainId")]
    [InlineData("nonce")]
    [InlineData("to")]
    [InlineData("gas")]
    [InlineData("maxFeePerGas")]
    [InlineData("maxPriorityFeePerGas")]
    public void Read_MemberMissing_NamesIt(string member)
    {
        JsonObject transaction = JsonNode.Parse(DynamicFee)!.AsObject();
        transaction.Remove(member);
        TransactionProblem problem = Assert.Single(Read(transaction.ToJsonString(), out _, out _));
        Assert.Equal((member, "nothing"), (problem.Path, problem.Found));
    }

    [Fact]
    public void Read_SeveralThingsAmiss_NamesEachOnce()
    {
        IReadOnlyList<TransactionProblem> problems = Read(
            """
            {"type":4,"chainId":"x","nonce":1,"nonce":2,"to":null,"gas":1,"maxFeePerGas":1,"maxPriorityFeePerGas":1,
             "authorizationList":[{"chainId":0,"address":"0x","nonce":0,"yParity":2,"r":1,"s":"0x0"}],"blobs":[]}
            """, out _, out _);
        Assert.Equal(
            ["authorizationList[0].address", "authorizationList[0].yParity", "blobs", "chainId", "nonce", "to"],
            problems.Select(static p => p.Path).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{")]
    [InlineData("{} {}")]
    [InlineData("null")]
    public void Read_NoObject_SaysSo(string json) => Assert.NotEmpty(Read(json, out _, out _));

    [Fact]
    public void Read_Authorizations_AreThoseSigned()
    {
        using TransactionSigner signer = new(TransactionEncoderTests.KeyOf(0x46), chainId: 1);
        Authorization authorization = signer.SignAuthorization(Address.Zero, nonce: 8);
        string json = $$"""
            {"type":4,"chainId":1,"nonce":7,"to":"{{signer.Address}}","gas":100000,"maxFeePerGas":2,"maxPriorityFeePerGas":1,
             "authorizationList":[{"chainId":"0x1","address":"{{Address.Zero}}","nonce":8,"yParity":"0x{{authorization.YParity}}",
             "r":"0x{{authorization.R.ToString("x")}}","s":"0x{{authorization.S.ToString("x").PadLeft(64, '0')}}"}]}
            """;
        Assert.Empty(Read(json, out TransactionFields fields, out _));
        Assert.Equal([authorization], fields.AuthorizationList.ToArray());
        Assert.Equal("authorizationList[0]", Assert.Single(Read(json.Replace("\"r\":\"0x", "\"r\":\"0xf", StringComparison.Ordinal), out _, out _)).Path.Split('.')[0]);
    }

    [Fact]
    public void Write_EveryKind_TellsEveryFieldOfIt()
    {
        string chain = SharedFiles.PathOf("vectors", "ethereum", "execution-apis", "tests", "eth_getTransactionByHash");
        foreach (string name in new[] { "get-legacy-tx", "get-access-list", "get-dynamic-fee", "get-setcode-tx" })
        {
            JsonObject reported = JsonNode.Parse(File.ReadLines(Path.Combine(chain, name + ".io")).Last()[3..])!["result"]!.AsObject();
            JsonObject sent = reported.DeepClone().AsObject();
            foreach (string extra in s_notTheSenders) sent.Remove(extra);
            if (sent.ContainsKey("maxFeePerGas")) sent.Remove("gasPrice");
            sent["chainId"] ??= 0xc72dd9d5e883eUL;
            Assert.Empty(Read(sent.ToJsonString(), out TransactionFields fields, out Address? from));
            SignedTransaction signed = new() { Fields = fields, Signature = SignatureOf(reported) };
            JsonObject shown = JsonNode.Parse(Written(in signed, from))!.AsObject();

            Assert.Equal(from, Address.Parse((string)shown["from"]!));
            Assert.Equal(Eip55.Format(from!.Value), (string)shown["from"]!);
            Assert.Equal(fields.ValueWei.ToString(), (string)shown["value"]!);
            Assert.Equal(fields.MaxFeePerGasWei.ToString(), (string)shown[fields.Kind >= TransactionKind.DynamicFee ? "maxFeePerGas" : "gasPrice"]!);
            // What is shown, but for the signer's part, is itself a transaction that can be read, and the same one.
            foreach (string extra in new[] { "hash", "signature" }) shown.Remove(extra);
            foreach (JsonNode? entry in (shown["authorizationList"] as JsonArray) ?? [])
            {
                Assert.True(fields.AuthorizationList.Span[0].TryRecoverAuthority(out Address authority));
                Assert.Equal(authority, Address.Parse((string)entry!["authority"]!));
                entry.AsObject().Remove("authority");
            }
            Assert.Empty(Read(shown.ToJsonString(), out TransactionFields again, out Address? sameSender));
            Assert.Equal(from, sameSender);
            Assert.Equal(BlobTransactionTests.Encode(in signed), BlobTransactionTests.Encode(signed with { Fields = again }));
        }
    }

    [Fact]
    public void Of_EveryStatus_HasASentenceOfItsOwn()
    {
        string[] sentences = [.. Enum.GetValues<TransactionStatus>().Select(static s => TransactionVerdictText.Of(new(s)).Split(" (")[0])];
        Assert.Equal(sentences.Length, sentences.Distinct().Count());
        Assert.Equal("access list slot: the value is longer than its type (TooLong in AccessListSlot)",
            TransactionVerdictText.Of(new(TransactionStatus.TooLong, TransactionField.AccessListSlot)));
    }

    private static string Written(in SignedTransaction transaction, Address? from)
    {
        using MemoryStream stream = new();
        using (Utf8JsonWriter writer = new(stream)) TransactionJsonWriter.Write(writer, in transaction, from);
        return System.Text.Encoding.UTF8.GetString(stream.ToArray());
    }

    private static Signature SignatureOf(JsonObject reported)
    {
        UInt256 v = UInt256.Parse((string)(reported["yParity"] ?? reported["v"])!);
        byte parity = reported.ContainsKey("yParity") || v.Limb0 < 27 ? (byte)v.Limb0 : (byte)((v.Limb0 + 1) & 1); // 27 and 35 + 2 · chain are even parity
        return new Signature(Word((string)reported["r"]!), Word((string)reported["s"]!), parity);
    }

    private static byte[] Word(string quantity)
    {
        byte[] word = new byte[32];
        UInt256.Parse(quantity).WriteBigEndian(word);
        return word;
    }

    private static IReadOnlyList<TransactionProblem> Read(string json, out TransactionFields fields, out Address? from) =>
        TransactionJsonReader.Read(System.Text.Encoding.UTF8.GetBytes(json), out fields, out from);
}
