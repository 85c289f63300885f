using System.IO.Compression;
using System.Text.Json;
using FastRebalance.Ethereum.Rpc;

namespace FastRebalance.UnitTests.Ethereum.Rpc.Faults;

/// <summary>Answers that are no JSON-RPC, or too much of it: an unknown outcome, and memory that stays bounded.</summary>
public sealed class ReplyShapeFaultTests
{
    private static readonly byte[] s_transaction = [2, 1];

    public static TheoryData<string, string> Shapes => new()
    {
        { ""","result":"0x1","error":{"code":1,"message":"no"}}""", "both" },
        { "}", "neither" },
        { ""","result":null,"error":null,"more":1}""", "" },
        { ""","error":"nope"}""", "no error object" },
        { ""","error":{"code":"-32000","message":"no"}}""", "no error object" },
        { ""","error":{"code":1.5,"message":"no"}}""", "no error object" },
        { ""","error":{"message":"no"}}""", "no error object" },
        { ""","error":[]}""", "no error object" },
        { ""","result":"0x1","result":"0x2"}""", "twice" },
        { ""","error":{"code":1,"message":"a"},"error":{"code":2,"message":"b"}}""", "twice" },
    };

    [Theory, MemberData(nameof(Shapes))]
    public async Task Send_ReplyOfTheWrongShape_HasUnknownOutcome(string rest, string wanted)
    {
        await using ScriptedNode server = ScriptedNode.Ipc(async (peer, _) =>
        {
            JsonElement request = await peer.NextAsync();
            await peer.SendAsync($$"""{"jsonrpc":"2.0","id":{{Json.Id(request)}}{{rest}}""");
            await peer.ReceiveAsync();
        });
        await using EthereumNode node = await server.ConnectAsync();

        var error = await Assert.ThrowsAsync<RpcTransportException>(() => node.SendRawTransactionAsync(s_transaction));

        Assert.False(error.NotSent);
        Assert.Contains(wanted, error.Message);
    }

    [Theory]
    [InlineData("ipc")]
    [InlineData("ws")]
    public async Task Call_FourMegabytesWithinTheLimit_AreReadAndTheConnectionStays(string transport)
    {
        string data = new('a', 4 * 1024 * 1024);
        await using ScriptedNode server = ScriptedNode.Pushing(transport, async (peer, _) =>
        {
            while (await peer.ReceiveAsync() is { } request)
                await peer.SendAsync(Json.Result(request, $"\"0x{data}\""));
        });
        await using EthereumNode node = await server.ConnectAsync();

        for (int i = 0; i < 3; i++)
            Assert.Equal(data.Length / 2, (await node.CodeAsync(default, BlockRef.Latest)).Length);
        Assert.Equal(1, node.Generation);
    }

    [Theory]
    [InlineData("ipc")]
    [InlineData("ws")]
    public async Task Call_MoreThanTheLimit_IsRefusedBeforeMemoryGrows(string transport)
    {
        await using ScriptedNode server = ScriptedNode.Pushing(transport, async (peer, number) =>
        {
            if (await peer.ReceiveAsync() is null || number > 1)
                return;
            await peer.SendPartAsync("{\"result\":\""u8.ToArray());
            byte[] junk = new byte[64 * 1024];
            junk.AsSpan().Fill((byte)'a');
            while (true)
                await peer.SendPartAsync(junk); // until the client hangs up
        });
        EthereumNodeOptions options = new()
        {
            Endpoints = server.Options.Endpoints,
            MaxMessageBytes = 1024 * 1024,
            WatchInterval = TimeSpan.FromHours(1),
        };
        await using EthereumNode node = await EthereumNode.ConnectAsync(options);
        long before = GC.GetTotalAllocatedBytes();

        await Assert.ThrowsAsync<RpcTransportException>(() => node.BlockNumberAsync());

        await Waiting.UntilAsync(() => node.Counters.ConnectionsLost == 1);
        Assert.True(GC.GetTotalAllocatedBytes() - before < 64 * 1024 * 1024);
    }

    [Theory]
    [InlineData("<html>502</html>", "502 Bad Gateway", "502")]
    [InlineData("<html>502</html>", "200 OK", "")]
    [InlineData("""{"jsonrpc":"2.0","id":2,"result":"0x1"}""", "408 Request Timeout", "408")]
    [InlineData("""{"jsonrpc":"2.0","id":2,"result":"0x1"}""", "429 Too Many Requests", "429")]
    [InlineData("", "503 Service Unavailable", "503")]
    [InlineData("moved", "302 Found", "302")]
    public async Task Send_HttpThatIsNoAnswer_HasUnknownOutcome(string body, string status, string wanted)
    {
        await using ScriptedHttpNode server = new(_ => new HttpAnswer(body, status, "text/html") { Headers = "Location: http://127.0.0.1:1/\r\n" });
        await using EthereumNode node = await EthereumNode.ConnectAsync(server.Options);

        var error = await Assert.ThrowsAsync<RpcTransportException>(() => node.SendRawTransactionAsync(s_transaction));

        Assert.False(error.NotSent);
        Assert.Contains(wanted, error.Message);
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("br")]
    [InlineData("deflate, gzip")]
    public async Task Call_PackedAnswer_IsRefusedByNameAndNeverUnpacked(string encoding)
    {
        byte[] bomb = Bomb();
        await using ScriptedHttpNode server = new(_ => new HttpAnswer("") { Bytes = bomb, Headers = $"Content-Encoding: {encoding}\r\n" });
        await using EthereumNode node = await EthereumNode.ConnectAsync(server.Options);
        long before = GC.GetTotalAllocatedBytes();

        var error = await Assert.ThrowsAsync<RpcTransportException>(() => node.BlockNumberAsync());

        Assert.Contains(encoding, error.Message);
        Assert.True(GC.GetTotalAllocatedBytes() - before < 8 * 1024 * 1024);
    }

    [Fact]
    public async Task Call_HeadersWithoutEnd_AreRefused()
    {
        await using ScriptedHttpNode server = new(request =>
            new HttpAnswer(Json.Result(request, "\"0x1\"")) { Headers = $"X-Long: {new string('a', 64 * 1024)}\r\n" });
        await using EthereumNode node = await EthereumNode.ConnectAsync(server.Options);

        await Assert.ThrowsAsync<RpcTransportException>(() => node.BlockNumberAsync());
    }

    // Two hundred megabytes of nothing.
    private static byte[] Bomb()
    {
        using MemoryStream packed = new();
        using (GZipStream zip = new(packed, CompressionLevel.SmallestSize, leaveOpen: true))
        {
            byte[] zeros = new byte[1024 * 1024];
            for (int i = 0; i < 200; i++)
                zip.Write(zeros);
        }
        return packed.ToArray();
    }
}
