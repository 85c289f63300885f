using FastRebalance.Ethereum.Rpc;

namespace FastRebalance.UnitTests.Ethereum.Rpc;

public sealed class RpcEndpointTests
{
    [Theory]
    [InlineData("ipc:anvil.ipc", RpcTransportKind.Ipc, "anvil.ipc")]
    [InlineData("ipc:/tmp/a.ipc", RpcTransportKind.Ipc, "/tmp/a.ipc")]
    [InlineData("ipc:///tmp/a.ipc", RpcTransportKind.Ipc, "/tmp/a.ipc")]
    [InlineData("ws://127.0.0.1:8545", RpcTransportKind.WebSocket, "ws://127.0.0.1:8545")]
    [InlineData("wss://host/key", RpcTransportKind.WebSocket, "wss://host/key")]
    [InlineData("http://127.0.0.1:8545", RpcTransportKind.Http, "http://127.0.0.1:8545")]
    [InlineData("https://host", RpcTransportKind.Http, "https://host")]
    public void Parse_Known_GivesKindAndLocation(string text, RpcTransportKind kind, string location)
    {
        RpcEndpoint endpoint = RpcEndpoint.Parse(text);
        Assert.Equal(kind, endpoint.Kind);
        Assert.Equal(location, endpoint.Location);
    }

    [Fact]
    public void Parse_H2c_IsHttp2WithoutTlsAndComesBackAsText()
    {
        RpcEndpoint endpoint = RpcEndpoint.Parse("h2c://127.0.0.1:8545/path");
        Assert.Equal(RpcTransportKind.Http, endpoint.Kind);
        Assert.True(endpoint.IsHttp2);
        Assert.Equal("http://127.0.0.1:8545/path", endpoint.Location);
        Assert.Equal(endpoint, RpcEndpoint.Parse(endpoint.ToString()));
        Assert.False(RpcEndpoint.Parse("http://127.0.0.1:8545/path").IsHttp2);
    }

    [Theory]
    [InlineData("")]
    [InlineData("ipc:")]
    [InlineData("localhost:8545")]
    [InlineData("127.0.0.1")]
    [InlineData("ftp://host")]
    [InlineData("http://")]
    public void Parse_Unknown_SaysWhatIsRight(string text)
    {
        Assert.Contains("ipc:PATH", Assert.Throws<FormatException>(() => RpcEndpoint.Parse(text)).Message);
        Assert.False(RpcEndpoint.TryParse(text, out _));
    }

    [Fact]
    public void Parse_SocketPathTooLong_SaysSo()
    {
        string text = "ipc:/" + new string('p', 200);
        Assert.Contains("at most", Assert.Throws<FormatException>(() => RpcEndpoint.Parse(text)).Message);
    }
}
