using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using FastRebalance.Core.Assets;
using FastRebalance.Ethereum.Encoding;
using FastRebalance.Ethereum.Signers;
using FastRebalance.Ethereum.Transactions;
using FastRebalance.Native;
using FastRebalance.UnitTests.Ethereum.Rpc;

namespace FastRebalance.UnitTests.Ethereum.Signers;

/// <summary>
/// A scripted HTTP signer: no web3signer, but a door that answers what its script says, honest or not. It has a real key and signs what it
/// was asked, or what the script makes of it.
/// </summary>
internal sealed class ScriptedSigner : IAsyncDisposable
{
    public const ulong ChainId = 5;

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _accepting;

    public ScriptedSigner()
    {
        byte[] key = new byte[PrivateKey.Length];
        key.AsSpan().Fill(0x46);
        Key = new TransactionSigner(new PrivateKey(key), ChainId);
        _listener.Start();
        Url = new Uri($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/");
        _accepting = Task.Run(AcceptAsync);
    }

    public Uri Url { get; }

    /// <summary>The honest signer behind the door.</summary>
    public TransactionSigner Key { get; }

    /// <summary>What becomes of the fields before they are signed.</summary>
    public Func<TransactionFields, TransactionFields> Change { get; set; } = static fields => fields;

    /// <summary>What becomes of the signed bytes before they are sent.</summary>
    public Func<byte[], byte[]> Spoil { get; set; } = static raw => raw;

    /// <summary>What becomes of the answer's text.</summary>
    public Func<string, string> Rewrite { get; set; } = static body => body;

    /// <summary>Takes the place of the whole answer, from the status line on; null for a usual one.</summary>
    public string? Instead { get; set; }

    /// <summary>Waited for before every answer.</summary>
    public Task Before { get; set; } = Task.CompletedTask;

    /// <summary>How a hash is answered; null for the JSON-RPC of web3signer.</summary>
    public Func<Hash32, string>? OnHash { get; set; }

    /// <summary>The heads of all requests so far.</summary>
    public List<string> Heads { get; } = [];

    public List<string> Bodies { get; } = [];

    public RemoteSignerOptions Options(string kind = Web3Signer.KindName) => new()
    {
        Kind = kind,
        Url = Url,
        Address = Key.Address,
        ChainId = ChainId,
        Timeout = TimeSpan.FromSeconds(20),
    };

    public IAccountSigner Client(string kind = Web3Signer.KindName) => RemoteSigners.Create(Options(kind));

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _accepting;
        Key.Dispose();
    }

    private async Task AcceptAsync()
    {
        List<Task> serving = [];
        try
        {
            while (true)
            {
                Socket socket = await _listener.AcceptSocketAsync(_stop.Token);
                serving.Add(Task.Run(() => ServeAsync(socket)));
            }
        }
        catch (Exception error) when (error is OperationCanceledException or SocketException or InvalidOperationException)
        {
            await Task.WhenAll(serving);
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        using CancellationTokenRegistration closing = _stop.Token.Register(socket.Dispose);
        try
        {
            using NetworkStream stream = new(socket, ownsSocket: true);
            while (true)
            {
                string head = await HttpText.ReadHeadAsync(stream);
                string length = head.Split("\r\n").First(line => line.StartsWith("Content-Length:", StringComparison.OrdinalIgnoreCase));
                byte[] body = new byte[int.Parse(length.Split(':')[1])];
                await stream.ReadExactlyAsync(body);
                lock (Heads)
                {
                    Heads.Add(head);
                    Bodies.Add(System.Text.Encoding.UTF8.GetString(body));
                }
                await Before.WaitAsync(_stop.Token);
                string text = Instead is null ? Rewrite(Answer(JsonDocument.Parse(body).RootElement)) : "";
                string answer = Instead ?? $"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {System.Text.Encoding.UTF8.GetByteCount(text)}\r\n\r\n{text}";
                await stream.WriteAsync(System.Text.Encoding.UTF8.GetBytes(answer));
                if (Instead is not null)
                    return; // and the connection with it
            }
        }
        catch (Exception error) when (error is IOException or SocketException or ObjectDisposedException or OperationCanceledException)
        {
            // the other side has gone
        }
    }

    private string Answer(JsonElement request)
    {
        if (OnHash is not null)
            return OnHash(Hash32.Parse(request.GetProperty("hash").GetString()!));
        JsonNode result = request.GetProperty("method").GetString() == "eth_accounts"
            ? new JsonArray(Key.Address.ToString())
            : Hex.Encode(Spoil(Sign(Change(FieldsOf(request.GetProperty("params")[0])))));
        return new JsonObject { ["jsonrpc"] = "2.0", ["id"] = request.GetProperty("id").GetInt64(), ["result"] = result }.ToJsonString();
    }

    private byte[] Sign(TransactionFields fields)
    {
        byte[] raw = new byte[TransactionEncoder.MaxLength(in fields)];
        byte[] key = new byte[PrivateKey.Length];
        key.AsSpan().Fill(0x46);
        return raw[..TransactionEncoder.Sign(in fields, new PrivateKey(key), raw, out _)];
    }

    private static TransactionFields FieldsOf(JsonElement asked)
    {
        ulong Number(string name) => Hex.TryParseQuantity(asked.GetProperty(name).GetString(), out ulong value) ? value : throw new FormatException(name);
        bool isDynamic = asked.TryGetProperty("maxFeePerGas", out _);
        return new TransactionFields
        {
            Kind = isDynamic ? TransactionKind.DynamicFee : TransactionKind.Legacy,
            ChainId = ChainId,
            Nonce = Number("nonce"),
            MaxFeePerGasWei = Number(isDynamic ? "maxFeePerGas" : "gasPrice"),
            MaxPriorityFeePerGasWei = isDynamic ? Number("maxPriorityFeePerGas") : 0,
            GasLimit = Number("gas"),
            To = asked.TryGetProperty("to", out JsonElement to) ? Address.Parse(to.GetString()!) : null,
            ValueWei = Number("value"),
            Data = Hex.Decode(asked.GetProperty("data").GetString()),
        };
    }
}
