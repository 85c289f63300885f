using System.Text.Json;
using FastRebalance.Ethereum.Rpc;

namespace FastRebalance.UnitTests.Ethereum.Rpc;

/// <summary>A node over HTTP that serves a line of headers and takes transactions. What it serves may change while it runs.</summary>
internal sealed class ScriptedChain : IAsyncDisposable
{
    private readonly ScriptedHttpNode _http;
    private readonly Lock _lock = new();
    private readonly Dictionary<string, (int Number, int Salt)> _headers = [];
    private readonly List<string> _sent = [];
    private int _height;
    private int _salt;

    /// <param name="height">The first head; headers below it are known as well.</param>
    public ScriptedChain(int height)
    {
        _http = new ScriptedHttpNode(Answer);
        MoveTo(height);
    }

    public RpcEndpoint Endpoint => _http.Endpoint;

    public string ChainId
    {
        get => _http.ChainIdNow;
        set => _http.ChainIdNow = value;
    }

    /// <summary>It answers nothing but errors.</summary>
    public bool IsIll { get; set; }

    /// <summary>The transactions that reached it.</summary>
    public IReadOnlyList<string> Sent
    {
        get
        {
            lock (_lock)
                return [.. _sent];
        }
    }

    /// <summary>Another head on the same line.</summary>
    public void MoveTo(int height)
    {
        lock (_lock)
        {
            for (int i = 0; i <= height; i++)
                _headers.TryAdd(HashOf(i, _salt), (i, _salt));
            _height = height;
        }
    }

    /// <summary>Another line of headers, which shares nothing with the one before.</summary>
    public void Fork(int height)
    {
        lock (_lock)
            _salt++;
        MoveTo(height);
    }

    public ValueTask DisposeAsync() => _http.DisposeAsync();

    public static string HashOf(int number, int salt = 0) => Json.Hash(number + 1_000_000 * salt);

    private HttpAnswer Answer(JsonElement request)
    {
        if (IsIll)
            return new HttpAnswer("ill", "500 Internal Server Error");
        lock (_lock)
            return new HttpAnswer(request.ValueKind == JsonValueKind.Array
                ? "[" + string.Join(',', request.EnumerateArray().Select(One)) + "]"
                : One(request));
    }

    private string One(JsonElement request)
    {
        switch (Json.Method(request))
        {
            case "eth_chainId":
                return Json.Result(request, $"\"{ChainId}\"");
            case "eth_blockNumber":
                return Json.Result(request, $"\"0x{_height:x}\"");
            case "eth_getBlockByNumber":
                return Json.Result(request, Header(_height, _salt));
            case "eth_getBlockByHash":
                return Json.Result(request, _headers.TryGetValue(request.GetProperty("params")[0].GetString()!, out (int Number, int Salt) known)
                    ? Header(known.Number, known.Salt)
                    : "null");
            case "eth_sendRawTransaction":
                _sent.Add(request.GetProperty("params")[0].GetString()!);
                return Json.Result(request, $"\"{Json.Hash(1)}\"");
            default:
                return Json.Error(request, -32601, "not found");
        }
    }

    private static string Header(int number, int salt) =>
        $$"""
        {"number":"0x{{number:x}}","hash":"{{HashOf(number, salt)}}","parentHash":"{{HashOf(number - 1, salt)}}","timestamp":"0x{{1000 + number:x}}",
        "baseFeePerGas":"0x7","gasUsed":"0x5208","gasLimit":"0x1c9c380"}
        """;
}
