using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using FastRebalance.Core.Assets;
using FastRebalance.Core.Configuration;
using FastRebalance.Core.Hashing;
using FastRebalance.Ethereum.Contracts;
using FastRebalance.Ethereum.Encoding;
using FastRebalance.Ethereum.Rpc;
using FastRebalance.Ethereum.Transactions;
using FastRebalance.Execution.Channels;
using FastRebalance.Native;

namespace FastRebalance.ContractTests;

/// <summary>What every submit channel owes, by name, against a node that says whatever the test wants. A new channel is picked up from the registry.</summary>
public sealed class ChannelContractTests
{
    private const ulong ChainId = 5;
    private const string KeyVariable = "FASTREBALANCE_CONTRACT_TEST_RELAY_KEY";

    // What every channel takes: signed, with a tip, and with a deadline in its call data.
    private static readonly byte[] Raw = SignedTrade();
    private static readonly Hash32 Hash = Keccak256.Hash(Raw);

    // Options of those that have some which must be set; PORT is the scripted node's. A name may have several samples.
    private static readonly (string Name, string Options)[] s_samples =
    [
        (RacedChannel.ChannelName, """{ "endpoints": ["http://127.0.0.1:PORT"], "ownNode": false }"""),
        (RelayChannel.ChannelName, $$"""{ "url": "http://127.0.0.1:PORT", "keyEnv": "{{KeyVariable}}", "send": "transaction" }"""),
        (RelayChannel.ChannelName, $$"""{ "url": "http://127.0.0.1:PORT", "keyEnv": "{{KeyVariable}}", "blocks": 1 }"""),
        (SequencerChannel.ChannelName, """{ "endpoint": "http://127.0.0.1:PORT" }"""),
    ];

    static ChannelContractTests() => Environment.SetEnvironmentVariable(KeyVariable, "0x" + new string('4', 64));

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static TheoryData<string, string> Names
    {
        get
        {
            TheoryData<string, string> data = [];
            foreach ((string name, string options) in Samples())
                data.Add(name, options);
            return data;
        }
    }

    private static IEnumerable<(string Name, string Options)> Samples() => SubmitChannels.Names.SelectMany(name =>
        s_samples.Where(sample => sample.Name == name).DefaultIfEmpty((name, "{ }")));

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
    public async Task Create_Known_CarriesItsName(string name, string options)
    {
        await using ScriptedNode script = new();
        await using EthereumNode node = await script.ConnectAsync();

        await using Held channel = Make(name, options, script, node);

        Assert.Equal(name, channel.Name);
        Assert.NotEqual(LaneClass.None, channel.Class);
        Assert.Equal(channel.Class == LaneClass.Dry, name == DryRunChannel.ChannelName);
    }

    [Theory, MemberData(nameof(Names))]
    public async Task SubmitAsync_NodeTakesIt_TakenOrNeverSent(string name, string options)
    {
        await using ScriptedNode script = new() { Result = $"\"{Hash}\"" };
        await using EthereumNode node = await script.ConnectAsync();

        await using Held channel = Make(name, options, script, node);
        ChannelAnswer answer = await channel.SubmitAsync(Raw, Hash, Cancellation);

        if (answer.Class == AnswerClass.DryRun)
            Assert.Empty(script.Sent);
        else
        {
            Assert.True(answer.IsTaken, $"{answer}");
            Assert.Equal([Hex.Encode(Raw)], script.Sent);
        }
    }

    [Theory, MemberData(nameof(Names))]
    public async Task SubmitAsync_SameBytesTwice_IsHarmless(string name, string options)
    {
        await using ScriptedNode script = new() { Error = "already known" };
        await using EthereumNode node = await script.ConnectAsync();
        await using Held channel = Make(name, options, script, node);

        ChannelAnswer first = await channel.SubmitAsync(Raw, Hash, Cancellation);
        ChannelAnswer second = await channel.SubmitAsync(Raw, Hash, Cancellation);

        Assert.Equal(first.Class, second.Class);
        Assert.True(first.IsTaken || first.Class == AnswerClass.DryRun);
    }

    public static TheoryData<string, string, string, AnswerClass> Refusals
    {
        get
        {
            TheoryData<string, string, string, AnswerClass> data = [];
            foreach ((string name, string options) in Samples())
            {
                data.Add(name, options, "nonce too low", AnswerClass.NonceTooLow);
                data.Add(name, options, "replacement transaction underpriced", AnswerClass.ReplacementUnderpriced);
                data.Add(name, options, "insufficient funds for gas * price + value", AnswerClass.InsufficientFunds);
                data.Add(name, options, "something new", AnswerClass.Other);
            }
            return data;
        }
    }

    [Theory, MemberData(nameof(Refusals))]
    public async Task SubmitAsync_NodeRefuses_SaysWhatItMeans(string name, string options, string words, AnswerClass expected)
    {
        await using ScriptedNode script = new() { Error = words };
        await using EthereumNode node = await script.ConnectAsync();

        await using Held channel = Make(name, options, script, node);
        ChannelAnswer answer = await channel.SubmitAsync(Raw, Hash, Cancellation);

        if (answer.Class == AnswerClass.DryRun)
            return;
        Assert.Equal(expected, answer.Class);
        Assert.Contains(words, answer.Text);
    }

    [Theory, MemberData(nameof(Names))]
    public async Task SubmitAsync_AnswerOfAnotherHash_IsNotTaken(string name, string options)
    {
        await using ScriptedNode script = new() { Result = $"\"{Keccak256.OfNothing}\"" };
        await using EthereumNode node = await script.ConnectAsync();

        await using Held channel = Make(name, options, script, node);
        ChannelAnswer answer = await channel.SubmitAsync(Raw, Hash, Cancellation);

        Assert.True(answer.Class is AnswerClass.Unknown or AnswerClass.DryRun, $"{answer}");
    }

    [Theory, MemberData(nameof(Names))]
    public async Task SubmitAsync_AnswerIsNoHash_IsUnknownAndMayBeOut(string name, string options)
    {
        await using ScriptedNode script = new() { Result = "\"0x12\"" };
        await using EthereumNode node = await script.ConnectAsync();

        await using Held channel = Make(name, options, script, node);
        ChannelAnswer answer = await channel.SubmitAsync(Raw, Hash, Cancellation);

        Assert.True(answer is { Class: AnswerClass.Unknown, MayBeOut: true } or { Class: AnswerClass.DryRun, MayBeOut: false }, $"{answer}");
    }

    [Theory, MemberData(nameof(Names))]
    public async Task SubmitAsync_NodeIsGone_NeverThrowsAndIsNotTaken(string name, string options)
    {
        ScriptedNode script = new();
        await using EthereumNode node = await script.ConnectAsync();
        await using Held channel = Make(name, options, script, node);
        await script.DisposeAsync();

        ChannelAnswer answer = await channel.SubmitAsync(Raw, Hash, Cancellation);

        Assert.True(answer.Class is AnswerClass.NotSent or AnswerClass.Unknown or AnswerClass.DryRun, $"{answer}");
    }

    [Theory, MemberData(nameof(Names))]
    public async Task SubmitAsync_CallerGivesUp_NeverThrows(string name, string options)
    {
        await using ScriptedNode script = new();
        await using EthereumNode node = await script.ConnectAsync();

        await using Held channel = Make(name, options, script, node);
        ChannelAnswer answer = await channel.SubmitAsync(Raw, Hash, new CancellationToken(canceled: true));

        Assert.False(answer.IsTaken);
        Assert.NotEqual(AnswerClass.None, answer.Class);
    }

    [Theory, MemberData(nameof(Names))]
    public async Task Places_ChannelWithReadyRequests_FramesCarryTheBytes(string name, string options)
    {
        await using ScriptedNode script = new();
        await using EthereumNode node = await script.ConnectAsync();
        await using Held channel = Make(name, options, script, node);

        if (channel.Channel is not IReadyRequests ready)
            return;
        ReadyPlace place = Assert.Single(ready.Places);
        Assert.Equal(place.Framing is null, channel.Channel is IReadyPerBlock);
        string text;
        if (channel.Channel is IReadyPerBlock perBlock)
        {
            Assert.Null(perBlock.Prepare(Raw, Hash, 101, out IReadOnlyList<ReadyRequest> requests));
            text = Encoding.UTF8.GetString(Assert.Single(requests).Body);
        }
        else
        {
            byte[] frame = new byte[place.Framing!.MaxLength(Raw.Length)];
            text = Encoding.UTF8.GetString(frame, 0, place.Framing.Write(7, Raw, frame));
        }
        Assert.Contains(Hex.Encode(Raw), text);
        Assert.Empty(script.Sent);
    }

    [Theory, MemberData(nameof(Names))]
    public void Bind_UnknownField_IsToldAndTheKnownOnesListed(string name, string options)
    {
        List<OptionProblem> problems = [];
        using JsonDocument section = JsonDocument.Parse(options.Insert(options.IndexOf('{') + 1, options.Contains(':') ? " \"misspelt\": 1, " : " \"misspelt\": 1 "));

        Assert.Null(SubmitChannels.Bind(name, section.RootElement, new ChannelTerms { ChainId = ChainId }, problems));
        OptionProblem problem = Assert.Single(problems);
        Assert.Contains("misspelt", problem.Field + problem.Found);
        Assert.Contains(name, problem.Wanted);
    }

    private static Held Make(string name, string options, ScriptedNode script, EthereumNode node)
    {
        List<OptionProblem> problems = [];
        using JsonDocument section = JsonDocument.Parse(options.Replace("PORT", $"{script.Port}"));
        Func<EthereumNode, ISubmitChannel>? make = SubmitChannels.Bind(name, section.RootElement, new ChannelTerms { ChainId = ChainId }, problems);
        Assert.Empty(problems);
        ISubmitChannel channel = make!(node);
        (channel as IFollowsHeads)?.OnHead(100, 1_000);
        return new Held(channel);
    }

    private static byte[] SignedTrade()
    {
        byte[] key = new byte[PrivateKey.Length];
        key.AsSpan().Fill(0x46);
        using TransactionSigner signer = new(new PrivateKey(key), ChainId);
        Eip1559Transaction trade = new()
        {
            Nonce = 3,
            MaxFeePerGasWei = 30_000_000_000,
            MaxPriorityFeePerGasWei = 1_000_000_000,
            GasLimit = 300_000,
            To = Address.Parse("0x00000000000000000000000000000000000000aa"),
            Data = ExecutorCalls.Exec(1, 200, 5_000, [new ExecutorLeg()]),
        };
        byte[] raw = new byte[signer.MaxLength(in trade)];
        return raw[..signer.Sign(in trade, raw, out _)];
    }

    /// <summary>A channel with its connections, if it has some.</summary>
    private sealed class Held(ISubmitChannel channel) : IAsyncDisposable
    {
        public ISubmitChannel Channel => channel;

        public string Name => channel.Name;

        public LaneClass Class => channel.Class;

        public Task<ChannelAnswer> SubmitAsync(ReadOnlyMemory<byte> raw, Hash32 hash, CancellationToken cancellation) => channel.SubmitAsync(raw, hash, cancellation);

        public ValueTask DisposeAsync() => channel is IAsyncDisposable connected ? connected.DisposeAsync() : ValueTask.CompletedTask;
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

        public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

        public Task<EthereumNode> ConnectAsync() => EthereumNode.ConnectAsync($"http://127.0.0.1:{Port}", Cancellation);

        public async ValueTask DisposeAsync()
        {
            await _stop.CancelAsync();
            await _serving; // first: a listener that was stopped is not to be asked for a client
            _listener.Stop();
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
                Sent.Add(TransactionIn(one.GetProperty("params")[0]));
            // A channel that waits for the block gets the receipt of the hash that the others get.
            string? result = (one.GetProperty("method").GetString(), Result) switch
            {
                ("eth_sendRawTransactionSync", { Length: 68 }) => ReceiptOf(Result),
                ("eth_sendBundle", { } hash) when hash == $"\"{Hash}\"" => $"{{\"bundleHash\":{hash}}}",
                _ => Result,
            };
            string outcome = Error is null ? $"\"result\":{result ?? "null"}" : "\"error\":{\"code\":-32000,\"message\":\"" + Error + "\"}";
            return "{\"jsonrpc\":\"2.0\",\"id\":" + id + "," + outcome + "}";
        }

        private static string TransactionIn(JsonElement parameter) =>
            parameter.ValueKind == JsonValueKind.String ? parameter.GetString()!
            : parameter.TryGetProperty("txs", out JsonElement bundle) ? bundle[0].GetString()!
            : parameter.GetProperty("tx").GetString()!;

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
