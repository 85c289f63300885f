using System.Net;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text.Json;
using FastRebalance.Ethereum.Rpc;
using FastRebalance.Ethereum.Rpc.Framing;
using FastRebalance.Ethereum.Transactions;
using FastRebalance.UnitTests.Ethereum.Transactions;

namespace FastRebalance.UnitTests.Ethereum.Rpc.Framing;

public sealed class FramingTests
{
    // Around the lengths at which a WebSocket's header and a Content-Length change their own.
    private static readonly int[] s_lengths = [0, 1, 20, 21, 22, 23, 55, 117, 500, 1200, 32_700, 32_720, 32_726, 32_727, 32_728, 40_000, 100_000];
    private static readonly ulong[] s_ids = [0, 9, 10, 12_345, ulong.MaxValue];

    [Fact]
    public void Write_Ipc_IsTheRequestAlone()
    {
        foreach ((ulong id, byte[] transaction) in Cases())
        {
            byte[] frame = Frame(new IpcFraming(), id, transaction);
            AssertIsRequest(frame, id, transaction);
            Assert.Equal(RawTransactionRequest.Length(id, transaction.Length), frame.Length);
        }
    }

    // Read by the runtime's own server side, which refuses a frame that is not masked or not as long as it says.
    [Fact]
    public async Task Write_WebSocket_IsOneMaskedTextFrame()
    {
        WebSocketFraming framing = new();
        HashSet<uint> masks = [];
        byte[] received = new byte[300_000];
        foreach ((ulong id, byte[] transaction) in Cases())
        {
            byte[] frame = Frame(framing, id, transaction);
            Assert.Equal(0x81, frame[0]);
            using MemoryStream stream = new([.. frame, .. frame]);
            using WebSocket server = WebSocket.CreateFromStream(stream, isServer: true, subProtocol: null, Timeout.InfiniteTimeSpan);
            for (int copy = 0; copy < 2; copy++)
            {
                int length = 0;
                ValueWebSocketReceiveResult read;
                do
                {
                    read = await server.ReceiveAsync(received.AsMemory(length), CancellationToken.None);
                    length += read.Count;
                }
                while (!read.EndOfMessage);
                Assert.Equal(WebSocketMessageType.Text, read.MessageType);
                AssertIsRequest(received.AsSpan(0, length).ToArray(), id, transaction);
            }
            int header = frame.Length - RawTransactionRequest.Length(id, transaction.Length);
            masks.Add(BitConverter.ToUInt32(frame, header - 4));
        }
        Assert.True(masks.Count > s_lengths.Length * s_ids.Length / 2, "the masks repeat");
    }

    [Fact]
    public void Mask_EveryLength_AgreesWithThePlainTwin()
    {
        Random random = new(5);
        for (int length = 0; length < 300; length++)
        {
            byte[] one = new byte[length];
            random.NextBytes(one);
            byte[] other = [.. one];
            uint mask = (uint)random.NextInt64(uint.MaxValue);
            WebSocketFraming.Mask(one, mask);
            WebSocketFraming.MaskScalar(other, mask);
            Assert.Equal(other, one);
        }
    }

    // Read by the runtime's own HTTP listener, several on one connection that stays open.
    [Fact]
    public async Task Write_Http_IsAPostOnAConnectionThatStays()
    {
        using HttpListener listener = StartListener(out Uri url);
        HttpFraming framing = new(url);
        using TcpClient client = new();
        await client.ConnectAsync(IPAddress.Loopback, url.Port, TestContext.Current.CancellationToken);
        foreach ((ulong id, byte[] transaction) in Cases())
        {
            await client.GetStream().WriteAsync(Frame(framing, id, transaction));
            HttpListenerContext context = await listener.GetContextAsync();
            HttpListenerRequest request = context.Request;
            using MemoryStream body = new();
            await request.InputStream.CopyToAsync(body);
            Assert.Equal(("POST", "/v1/token?x=1", "application/json", HttpVersion.Version11), (request.HttpMethod, request.RawUrl, request.ContentType, request.ProtocolVersion));
            Assert.Equal($"127.0.0.1:{url.Port}", request.UserHostName);
            Assert.Equal(body.Length, request.ContentLength64);
            Assert.Null(request.Headers["X-Flashbots-Signature"]);
            AssertIsRequest(body.ToArray(), id, transaction);
            context.Response.StatusCode = 204;
            context.Response.Close();
            await ReadHeadAsync(client.GetStream());
        }
    }

    [Fact]
    public void Write_HttpWithSignature_CarriesTheHeaderOfItsBody()
    {
        using TransactionSigner signer = new(TransactionEncoderTests.KeyOf(0x46), chainId: 1);
        RelaySignature signature = new(signer);
        HttpFraming framing = new(new Uri("https://relay.example"), signature);
        foreach ((ulong id, byte[] transaction) in Cases())
        {
            string frame = System.Text.Encoding.ASCII.GetString(Frame(framing, id, transaction));
            int split = frame.IndexOf("\r\n\r\n", StringComparison.Ordinal);
            string[] lines = frame[..split].Split("\r\n");
            byte[] body = System.Text.Encoding.ASCII.GetBytes(frame[(split + 4)..]);
            byte[] value = new byte[RelaySignature.ValueLength];
            signature.Write(body, value);
            Assert.Equal(
                ["POST / HTTP/1.1", "Host: relay.example", "Content-Type: application/json", $"Content-Length: {body.Length}", $"X-Flashbots-Signature: {System.Text.Encoding.ASCII.GetString(value)}"],
                lines);
            AssertIsRequest(body, id, transaction);
        }
    }

    // Known answer of an independent implementation, byte by byte.
    [Fact]
    public void Write_RelaySignature_GivesTheKnownHeader()
    {
        const string Body = """{"jsonrpc":"2.0","id":1,"method":"eth_sendBundle","params":[{"txs":["0x02"],"blockNumber":"0xb63dcd"}]}""";
        using TransactionSigner signer = new(TransactionEncoderTests.KeyOf(0x46), chainId: 1);
        byte[] value = new byte[RelaySignature.ValueLength];
        Assert.Equal(value.Length, new RelaySignature(signer).Write(System.Text.Encoding.UTF8.GetBytes(Body), value));
        Assert.Equal(
            "0x9d8A62f656a8d1615C1294fd71e9CFb3E4855A4F:"
            + "0x11daca13f719749e76e5bd3458e310d8fa84e2974a4b6284d37ac8d7df602e8524d6fbf5435d20d1cdbbde6415a336b4a03db13179b92b631ed2c00f8f7893ad1b",
            System.Text.Encoding.ASCII.GetString(value));
    }

    [Fact]
    public void Write_EveryKind_AllocatesNothing()
    {
        using TransactionSigner signer = new(TransactionEncoderTests.KeyOf(0x46), chainId: 1);
        IRawTransactionFraming[] all = [.. Kinds(), new HttpFraming(new Uri("http://127.0.0.1:8545"), new RelaySignature(signer))];
        byte[] transaction = new byte[1200];
        byte[] buffer = new byte[all.Max(framing => framing.MaxLength(transaction.Length))];
        WriteAll();
        AllocationWatch watch = new();
        while (watch.Next())
            for (int i = 0; i < 2000; i++) WriteAll();
        Assert.Equal(0, watch.LeastBytes);

        void WriteAll()
        {
            foreach (IRawTransactionFraming framing in all) framing.Write(1, transaction, buffer);
        }
    }

    [Fact]
    public void Write_OneByteTooShort_Throws()
    {
        foreach (IRawTransactionFraming framing in Kinds())
        {
            byte[] transaction = new byte[100];
            byte[] buffer = new byte[framing.MaxLength(transaction.Length)];
            int exact = framing.Write(7, transaction, buffer);
            Assert.Equal(exact, framing.Write(7, transaction, buffer.AsSpan(0, exact)));
            Assert.Contains($"{exact} bytes", Assert.Throws<ArgumentException>(() => framing.Write(7, transaction, buffer.AsSpan(0, exact - 1))).Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void For_EachTransport_IsItsFraming()
    {
        Assert.IsType<IpcFraming>(RawTransactionFraming.For(RpcEndpoint.Parse("ipc:/tmp/geth.ipc")));
        Assert.IsType<WebSocketFraming>(RawTransactionFraming.For(RpcEndpoint.Parse("wss://node")));
        Assert.IsType<HttpFraming>(RawTransactionFraming.For(RpcEndpoint.Parse("https://node/path")));
        using TransactionSigner signer = new(TransactionEncoderTests.KeyOf(0x46), chainId: 1);
        Assert.Throws<ArgumentException>(() => RawTransactionFraming.For(RpcEndpoint.Parse("ipc:/tmp/geth.ipc"), new RelaySignature(signer)));
        Assert.Throws<ArgumentException>(() => RawTransactionFraming.For(new RpcEndpoint(RpcTransportKind.None, "")));
        Assert.Throws<ArgumentException>(() => new HttpFraming(new Uri("ftp://node")));
        string refused = Assert.Throws<ArgumentException>(() => new HttpFraming(new Uri("https://me:secret@node/"))).Message;
        Assert.DoesNotContain("secret", refused, StringComparison.Ordinal);
    }

    private static IRawTransactionFraming[] Kinds() => [new IpcFraming(), new WebSocketFraming(), new HttpFraming(new Uri("http://127.0.0.1:8545"))];

    private static IEnumerable<(ulong Id, byte[] Transaction)> Cases()
    {
        Random random = new(3);
        foreach (int length in s_lengths)
            foreach (ulong id in s_ids)
            {
                byte[] transaction = new byte[length];
                random.NextBytes(transaction);
                yield return (id, transaction);
            }
    }

    private static byte[] Frame(IRawTransactionFraming framing, ulong id, byte[] transaction)
    {
        byte[] buffer = new byte[framing.MaxLength(transaction.Length)];
        return buffer[..framing.Write(id, transaction, buffer)];
    }

    private static void AssertIsRequest(byte[] json, ulong id, byte[] transaction)
    {
        using JsonDocument document = JsonDocument.Parse(json);
        JsonElement request = document.RootElement;
        Assert.Equal(4, request.EnumerateObject().Count());
        Assert.Equal(("2.0", id, "eth_sendRawTransaction"), (request.Text("jsonrpc"), request.GetProperty("id").GetUInt64(), request.Text("method")));
        Assert.Equal("0x" + Convert.ToHexStringLower(transaction), Assert.Single(request.GetProperty("params").EnumerateArray()).GetString());
    }

    private static HttpListener StartListener(out Uri url)
    {
        using TcpListener probe = new(IPAddress.Loopback, 0);
        probe.Start();
        int port = ((IPEndPoint)probe.LocalEndpoint).Port;
        probe.Stop();
        url = new Uri($"http://127.0.0.1:{port}/v1/token?x=1");
        HttpListener listener = new();
        listener.Prefixes.Add($"http://127.0.0.1:{port}/");
        listener.Start();
        return listener;
    }

    private static async Task ReadHeadAsync(NetworkStream stream) => await HttpText.ReadHeadAsync(stream);
}
