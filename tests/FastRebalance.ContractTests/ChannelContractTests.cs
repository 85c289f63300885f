using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using FastRebalance.Core.Assets;
using FastRebalance.Core.Hashing;
using FastRebalance.Ethereum.Encoding;
using FastRebalance.Ethereum.Rpc;
using FastRebalance.Execution.Channels;

namespace FastRebalance.ContractTests;

/// <summary>What every submit channel owes, by name, against a node that says whatever the test wants. A new channel is picked up from the registry.</summary>
public sealed class ChannelContractTests
{
    private static readonly byte[] Raw = [0x02, 0xde, 0xad, 0xbe, 0xef];
    private static readonly Hash32 Hash = Keccak256.Hash(Raw);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static TheoryData<string> Names => [.. SubmitChannels.Names];

    [Fact]
    public async Task Create_Unknown_ListsThoseThereAre()
    {
        await using ScriptedNode script = new();
        await using EthereumNode node = await script.ConnectAsync();

        ArgumentException error = Assert.Throws<ArgumentException>(() => SubmitChannels.Create("pigeon", node));

        Assert.Contains("'pigeon'", error.Message);
        Assert.All(SubmitChannels.Names, name => Assert.Contains(name, error.Message));
    }

    [Theory, MemberData(nameof(Names))]
    public async Task Create_Known_CarriesItsName(string name)
    {
        await using ScriptedNode script = new();
        await using EthereumNode node = await script.ConnectAsync();

        Assert.Equal(name, SubmitChannels.Create(name, node).Name);
    }

    [Theory, MemberData(nameof(Names))]
    public async Task SubmitAsync_NodeTakesIt_TakenOrNeverSent(string name)
    {
        await using ScriptedNode script = new() { Result = $"\"{Hash}\"" };
        await using EthereumNode node = await script.ConnectAsync();

        ChannelAnswer answer = await SubmitChannels.Create(name, node).SubmitAsync(Raw, Hash, Cancellation);

        if (answer.Class == AnswerClass.DryRun)
            Assert.Empty(script.Sent);
        else
        {
            Assert.True(answer.IsTaken, $"{answer}");
            Assert.Equal([Hex.Encode(Raw)], script.Sent);
        }
    }

    [Theory, MemberData(nameof(Names))]
    public async Task SubmitAsync_SameBytesTwice_IsHarmless(string name)
    {
        await using ScriptedNode script = new() { Error = "already known" };
        await using EthereumNode node = await script.ConnectAsync();
        ISubmitChannel channel = SubmitChannels.Create(name, node);

        ChannelAnswer first = await channel.SubmitAsync(Raw, Hash, Cancellation);
        ChannelAnswer second = await channel.SubmitAsync(Raw, Hash, Cancellation);

        Assert.Equal(first, second);
        Assert.True(first.IsTaken || first.Class == AnswerClass.DryRun);
    }

    public static TheoryData<string, string, AnswerClass> Refusals
    {
        get
        {
            TheoryData<string, string, AnswerClass> data = [];
            foreach (string name in SubmitChannels.Names)
            {
                data.Add(name, "nonce too low", AnswerClass.NonceTooLow);
                data.Add(name, "replacement transaction underpriced", AnswerClass.ReplacementUnderpriced);
                data.Add(name, "insufficient funds for gas * price + value", AnswerClass.InsufficientFunds);
                data.Add(name, "something new", AnswerClass.Other);
            }
            return data;
        }
    }

    [Theory, MemberData(nameof(Refusals))]
    public async Task SubmitAsync_NodeRefuses_SaysWhatItMeans(string name, string words, AnswerClass expected)
    {
        await using ScriptedNode script = new() { Error = words };
        await using EthereumNode node = await script.ConnectAsync();

        ChannelAnswer answer = await SubmitChannels.Create(name, node).SubmitAsync(Raw, Hash, Cancellation);

        if (answer.Class == AnswerClass.DryRun)
            return;
        Assert.Equal(expected, answer.Class);
        Assert.Contains(words, answer.Text);
    }

    [Theory, MemberData(nameof(Names))]
    public async Task SubmitAsync_AnswerOfAnotherHash_IsNotTaken(string name)
    {
        await using ScriptedNode script = new() { Result = $"\"{Keccak256.OfNothing}\"" };
        await using EthereumNode node = await script.ConnectAsync();

        ChannelAnswer answer = await SubmitChannels.Create(name, node).SubmitAsync(Raw, Hash, Cancellation);

        Assert.True(answer.Class is AnswerClass.Unknown or AnswerClass.DryRun, $"{answer}");
    }

    [Theory, MemberData(nameof(Names))]
    public async Task SubmitAsync_AnswerIsNoHash_IsUnknownAndMayBeOut(string name)
    {
        await using ScriptedNode script = new() { Result = "\"0x12\"" };
        await using EthereumNode node = await script.ConnectAsync();

        ChannelAnswer answer = await SubmitChannels.Create(name, node).SubmitAsync(Raw, Hash, Cancellation);

        Assert.True(answer is { Class: AnswerClass.Unknown, MayBeOut: true } or { Class: AnswerClass.DryRun, MayBeOut: false }, $"{answer}");
    }

    [Theory, MemberData(nameof(Names))]
    public async Task SubmitAsync_NodeIsGone_NeverThrowsAndIsNotTaken(string name)
    {
        ScriptedNode script = new();
        await using EthereumNode node = await script.ConnectAsync();
        ISubmitChannel channel = SubmitChannels.Create(name, node);
        await script.DisposeAsync();

        ChannelAnswer answer = await channel.SubmitAsync(Raw, Hash, Cancellation);

        Assert.True(answer.Class is AnswerClass.NotSent or AnswerClass.Unknown or AnswerClass.DryRun, $"{answer}");
    }

    [Theory, MemberData(nameof(Names))]
    public async Task SubmitAsync_CallerGivesUp_NeverThrows(string name)
    {
        await using ScriptedNode script = new();
        await using EthereumNode node = await script.ConnectAsync();

        ChannelAnswer answer = await SubmitChannels.Create(name, node).SubmitAsync(Raw, Hash, new CancellationToken(canceled: true));

        Assert.False(answer.IsTaken);
        Assert.NotEqual(AnswerClass.None, answer.Class);
    }

    /// <summary>A node of a few lines over HTTP on the loopback: it knows its chain, and answers a transaction as told.</summary>
    private sealed class ScriptedNode : IAsyncDisposable
    {
        private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
        private readonly CancellationTokenSource _stop = new();
        private readonly Task _serving;

        public ScriptedNode()
        {
            _listener.Start();
            _serving = Task.Run(ServeAsync);
        }

        public string? Result { get; init; }

        public string? Error { get; init; }

        public List<string> Sent { get; } = [];

        public Task<EthereumNode> ConnectAsync() =>
            EthereumNode.ConnectAsync($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}", Cancellation);

        public async ValueTask DisposeAsync()
        {
            await _stop.CancelAsync();
            _listener.Stop();
            await _serving;
        }

        private async Task ServeAsync()
        {
            List<Task> clients = [];
            try
            {
                while (true)
                    clients.Add(AnswerAsync(await _listener.AcceptTcpClientAsync(_stop.Token)));
            }
            catch (Exception ended) when (ended is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                await Task.WhenAll(clients);
            }
        }

        private async Task AnswerAsync(TcpClient client)
        {
            using (client)
            {
                try
                {
                    while (await ReadBodyAsync(client.GetStream()) is { } body)
                    {
                        byte[] answer = Encoding.UTF8.GetBytes(Answer(body));
                        byte[] head = Encoding.ASCII.GetBytes(
                            $"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {answer.Length}\r\n\r\n");
                        await client.GetStream().WriteAsync((byte[])[.. head, .. answer], _stop.Token);
                    }
                }
                catch (Exception ended) when (ended is OperationCanceledException or IOException)
                {
                    // The client or the test has gone.
                }
            }
        }

        private string Answer(string body)
        {
            using JsonDocument request = JsonDocument.Parse(body);
            JsonElement one = request.RootElement;
            string id = one.GetProperty("id").GetRawText();
            if (one.GetProperty("method").GetString() == "eth_chainId")
                return "{\"jsonrpc\":\"2.0\",\"id\":" + id + ",\"result\":\"0x5\"}";
            lock (Sent)
                Sent.Add(one.GetProperty("params")[0].GetString()!);
            // A channel that waits for the block gets the receipt of the hash that the others get.
            string? result = one.GetProperty("method").GetString() == "eth_sendRawTransactionSync" && Result is { Length: 68 } ? ReceiptOf(Result) : Result;
            string outcome = Error is null ? $"\"result\":{result ?? "null"}" : "\"error\":{\"code\":-32000,\"message\":\"" + Error + "\"}";
            return "{\"jsonrpc\":\"2.0\",\"id\":" + id + "," + outcome + "}";
        }

        private static string ReceiptOf(string quotedHash) =>
            $$"""
            {"transactionHash":{{quotedHash}},"blockHash":{{quotedHash}},"blockNumber":"0x5","status":"0x1","gasUsed":"0x5208",
            "effectiveGasPrice":"0x7","from":"0x0000000000000000000000000000000000000001","to":"0x0000000000000000000000000000000000000002",
            "transactionIndex":"0x0","logs":[]}
            """;

        private async Task<string?> ReadBodyAsync(NetworkStream stream)
        {
            StringBuilder head = new();
            byte[] one = new byte[1];
            while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
            {
                if (await stream.ReadAsync(one, _stop.Token) == 0)
                    return null;
                head.Append((char)one[0]);
            }
            string length = head.ToString().Split("\r\n").First(line => line.StartsWith("Content-Length:", StringComparison.OrdinalIgnoreCase));
            byte[] body = new byte[int.Parse(length.AsSpan("Content-Length:".Length))];
            await stream.ReadExactlyAsync(body, _stop.Token);
            return Encoding.UTF8.GetString(body);
        }
    }
}
