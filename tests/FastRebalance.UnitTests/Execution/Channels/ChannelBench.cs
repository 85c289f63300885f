using System.Text.Json;
using FastRebalance.Core.Assets;
using FastRebalance.Core.Configuration;
using FastRebalance.Ethereum.Contracts;
using FastRebalance.Ethereum.Rpc;
using FastRebalance.Ethereum.Transactions;
using FastRebalance.Execution.Channels;
using FastRebalance.UnitTests.Ethereum.Rpc;
using FastRebalance.UnitTests.Ethereum.Transactions;

namespace FastRebalance.UnitTests.Execution.Channels;

/// <summary>Signed transactions and channels for the tests of single channels.</summary>
internal static class ChannelBench
{
    public const string KeyVariable = "FASTREBALANCE_UNIT_TEST_RELAY_KEY";
    public const ulong Head = 100;

    private const ulong ChainId = 5;

    static ChannelBench() => Environment.SetEnvironmentVariable(KeyVariable, "0x" + new string('4', 64));

    public static ChannelTerms Terms => new() { ChainId = ulong.Parse(ScriptedNode.ChainId.AsSpan(2), System.Globalization.NumberStyles.HexNumber) };

    /// <summary>A trade with a deadline in its call data, or a cancel without data.</summary>
    public static (byte[] Raw, Hash32 Hash) Signed(ulong nonce, ulong tip = 1, ulong deadline = 5_000, bool isTrade = true)
    {
        using TransactionSigner signer = new(TransactionEncoderTests.KeyOf(0x46), ChainId);
        Eip1559Transaction transaction = new()
        {
            Nonce = nonce,
            MaxFeePerGasWei = 30_000_000_000,
            MaxPriorityFeePerGasWei = tip,
            GasLimit = 300_000,
            To = signer.Address,
            Data = isTrade ? ExecutorCalls.Exec(1, 200, deadline, [new ExecutorLeg()]) : default,
        };
        byte[] raw = new byte[signer.MaxLength(in transaction)];
        int length = signer.Sign(in transaction, raw, out Hash32 hash);
        return (raw[..length], hash);
    }

    public static T Make<T>(string name, string options, EthereumNode node)
        where T : class, ISubmitChannel
    {
        List<OptionProblem> problems = [];
        using JsonDocument section = JsonDocument.Parse(options);
        Func<EthereumNode, ISubmitChannel>? make = SubmitChannels.Bind(name, section.RootElement, Terms, problems);
        Assert.Empty(problems);
        T channel = Assert.IsType<T>(make!(node));
        (channel as IFollowsHeads)?.OnHead(Head, 1_000);
        return channel;
    }

    /// <summary>A node that answers transactions as told, and by itself whatever looks after its chain.</summary>
    public static ScriptedHttpNode Node(Func<JsonElement, HttpAnswer> onSend)
    {
        ScriptedHttpNode? node = null;
        return node = new ScriptedHttpNode(request =>
            request.ValueKind == JsonValueKind.Array ? new HttpAnswer($"[{string.Join(",", request.EnumerateArray().Select(one => ByItself(one, node!)))}]")
            : Json.Method(request) == "eth_sendRawTransaction" ? onSend(request)
            : new HttpAnswer(ByItself(request, node!)));
    }

    private static string ByItself(JsonElement request, ScriptedHttpNode node) =>
        Json.Result(request, Json.Method(request) == "eth_chainId" ? $"\"{node.ChainIdNow}\"" : "null");

    public static HttpAnswer Refused(JsonElement request, string words) =>
        new($"{{\"jsonrpc\":\"2.0\",\"id\":{request.GetProperty("id").GetRawText()},\"error\":{{\"code\":-32000,\"message\":\"{words}\"}}}}");

    public static HttpAnswer Taken(JsonElement request, Hash32 hash) => new(Json.Result(request, $"\"{hash}\""));
}
