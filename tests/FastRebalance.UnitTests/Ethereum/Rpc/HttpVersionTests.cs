using System.Collections.Concurrent;
using System.Net;
using System.Text.Json;
using FastRebalance.Ethereum.Rpc;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace FastRebalance.UnitTests.Ethereum.Rpc;

/// <summary>HTTP/1.1 and HTTP/2 against a server of another's make: which protocol is spoken, and over how many connections.</summary>
public sealed class HttpVersionTests
{
    [Fact]
    public async Task Call_H2cEndpoint_SpeaksHttp2OverOneConnection()
    {
        await using Server server = await Server.StartAsync(HttpProtocols.Http2);
        await using EthereumNode node = await EthereumNode.ConnectAsync(Options($"h2c://127.0.0.1:{server.Port}"));

        await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => node.BlockNumberAsync()));

        Assert.Equal(["HTTP/2"], server.Protocols);
        Assert.Single(server.ConnectionIds);
    }

    [Fact]
    public async Task Call_HttpEndpoint_SpeaksHttp11OverAKeptConnection()
    {
        await using Server server = await Server.StartAsync(HttpProtocols.Http1AndHttp2);
        await using EthereumNode node = await EthereumNode.ConnectAsync(Options($"http://127.0.0.1:{server.Port}"));

        for (int i = 0; i < 50; i++)
            Assert.Equal(42ul, await node.BlockNumberAsync());

        Assert.Equal(["HTTP/1.1"], server.Protocols);
        Assert.Single(server.ConnectionIds);
    }

    [Fact]
    public async Task Connect_H2cToANodeOfHttp11_IsRefusedAndNotSpokenToInTheOldWay()
    {
        await using Server server = await Server.StartAsync(HttpProtocols.Http1);

        await Assert.ThrowsAsync<RpcTransportException>(() => EthereumNode.ConnectAsync(Options($"h2c://127.0.0.1:{server.Port}")));

        Assert.Empty(server.Protocols);
    }

    [Fact]
    public async Task Call_Http2AnswerLargerThanAllowed_IsRefusedAndTheConnectionServesOn()
    {
        await using Server server = await Server.StartAsync(HttpProtocols.Http2);
        server.NextBody = new string(' ', 300_000);
        EthereumNodeOptions options = new()
        {
            Endpoints = [RpcEndpoint.Parse($"h2c://127.0.0.1:{server.Port}")],
            MaxMessageBytes = 100_000,
            WatchInterval = TimeSpan.FromHours(1),
        };
        await using EthereumNode node = await EthereumNode.ConnectAsync(options);

        Assert.Contains("larger", (await Assert.ThrowsAsync<RpcTransportException>(() => node.BlockNumberAsync())).Message, StringComparison.Ordinal);
        Assert.Equal(42ul, await node.BlockNumberAsync());
        Assert.Single(server.ConnectionIds);
    }

    private static EthereumNodeOptions Options(string endpoint) => new()
    {
        Endpoints = [RpcEndpoint.Parse(endpoint)],
        WatchInterval = TimeSpan.FromHours(1),
    };

    /// <summary>Kestrel with a node's two answers behind it.</summary>
    private sealed class Server : IAsyncDisposable
    {
        private readonly WebApplication _app;
        private readonly ConcurrentDictionary<string, bool> _protocols = [];
        private readonly ConcurrentDictionary<string, bool> _connections = [];

        private Server(WebApplication app) => _app = app;

        public int Port { get; private set; }

        public IEnumerable<string> Protocols => _protocols.Keys;

        public IEnumerable<string> ConnectionIds => _connections.Keys;

        /// <summary>Put before the next answer that is no chain id.</summary>
        public string? NextBody { get; set; }

        public static async Task<Server> StartAsync(HttpProtocols protocols)
        {
            WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
            builder.Logging.ClearProviders();
            builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = protocols));
            Server server = new(builder.Build());
            server._app.Run(server.AnswerAsync);
            await server._app.StartAsync(TestContext.Current.CancellationToken);
            string address = server._app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
            server.Port = new Uri(address).Port;
            return server;
        }

        public ValueTask DisposeAsync() => _app.DisposeAsync();

        private async Task AnswerAsync(HttpContext context)
        {
            _protocols.TryAdd(context.Request.Protocol, true);
            _connections.TryAdd(context.Connection.Id.Split(':')[0], true);
            using JsonDocument request = await JsonDocument.ParseAsync(context.Request.Body);
            bool isHello = Json.Method(request.RootElement) == "eth_chainId";
            string answer = Json.Result(request.RootElement, isHello ? $"\"{ScriptedNode.ChainId}\"" : "\"0x2a\"");
            if (!isHello && NextBody is { } before)
            {
                NextBody = null;
                answer = before + answer;
            }
            context.Response.ContentType = "application/json";
            await context.Response.WriteAsync(answer);
        }
    }
}
