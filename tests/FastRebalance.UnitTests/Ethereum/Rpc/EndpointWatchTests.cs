using System.Text.Json;
using FastRebalance.Ethereum.Rpc;

namespace FastRebalance.UnitTests.Ethereum.Rpc;

/// <summary>Several endpoints that disagree: about the head, about the chain, or about being there at all.</summary>
public sealed class EndpointWatchTests
{
    private static readonly byte[] s_transaction = [2, 1];

    [Fact]
    public async Task Watch_NodeInUseStaysFarBehind_TheBestTakesItsPlace()
    {
        await using ScriptedChain slow = new(100), fast = new(100);
        await using EthereumNode node = await ConnectAsync(slow, fast);
        Assert.Equal(slow.Endpoint, node.Endpoint);

        fast.MoveTo(120);

        await Waiting.UntilAsync(() => node.Endpoint == fast.Endpoint && node.State == ConnectionState.Connected);
        Assert.Equal(120ul, await node.BlockNumberAsync());
        Assert.Contains("block 100", node.Endpoints[0].Trouble, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Watch_NodeInUseIsFiveBlocksBehind_Stays()
    {
        await using ScriptedChain slow = new(100), fast = new(105);
        await using EthereumNode node = await ConnectAsync(slow, fast);

        await LooksAsync(node, 1, 5);

        Assert.Equal(slow.Endpoint, node.Endpoint);
        Assert.Equal(0, node.Counters.ConnectionsLost);
        Assert.Equal(105ul, node.Endpoints[1].Head!.Number);
    }

    [Fact]
    public async Task Watch_OtherNodeLags_IsNoFault()
    {
        await using ScriptedChain good = new(100), lagging = new(10);
        await using EthereumNode node = await ConnectAsync(good, lagging);

        await LooksAsync(node, 1, 5);

        Assert.Equal(good.Endpoint, node.Endpoint);
        Assert.Equal(EndpointState.Standby, node.Endpoints[1].State);
    }

    // Whoever names a great height must show where it comes from.
    [Fact]
    public async Task Watch_HigherHeadOnALineOfItsOwn_DoesNotCount()
    {
        await using ScriptedChain good = new(100), liar = new(0);
        liar.Fork(5_000);
        await using EthereumNode node = await ConnectAsync(good, liar);

        await LooksAsync(node, 1, 5);

        Assert.Equal(good.Endpoint, node.Endpoint);
        Assert.Equal(0, node.Counters.ConnectionsLost);
    }

    [Fact]
    public async Task Watch_OtherNodeIsDown_IsToldAndForgivenWhenItComesBack()
    {
        await using ScriptedChain good = new(100), ill = new(100);
        ill.IsIll = true;
        await using EthereumNode node = await ConnectAsync(good, ill);
        await Waiting.UntilAsync(() => node.Endpoints[1].State == EndpointState.Failed);
        Assert.NotNull(node.Endpoints[1].Trouble);

        ill.IsIll = false;

        await Waiting.UntilAsync(() => node.Endpoints[1].State == EndpointState.Standby);
        Assert.Equal(good.Endpoint, node.Endpoint);
    }

    [Fact]
    public async Task Connect_FirstEndpointOnAnotherChain_IsQuarantinedAndTheNextServes()
    {
        await using ScriptedChain foreign = new(100) { ChainId = "0x5" }, good = new(100);
        EthereumNodeOptions options = Options(TimeSpan.FromHours(1), foreign, good);
        await using EthereumNode node = await EthereumNode.ConnectAsync(new EthereumNodeOptions
        {
            Endpoints = options.Endpoints,
            ExpectedChainId = 31337,
            WatchInterval = options.WatchInterval,
        });

        await node.SendRawTransactionAsync(s_transaction);

        Assert.Equal(good.Endpoint, node.Endpoint);
        Assert.Equal(EndpointState.Quarantined, node.Endpoints[0].State);
        Assert.Contains("serves chain 5", node.Endpoints[0].Trouble, StringComparison.Ordinal);
        Assert.Empty(foreign.Sent);
        Assert.Single(good.Sent);
    }

    [Fact]
    public async Task Watch_NodeInUseSwitchesItsChain_IsQuarantinedAndNoTransactionGoesThere()
    {
        await using ScriptedChain turncoat = new(100), good = new(100);
        await using EthereumNode node = await ConnectAsync(turncoat, good);
        Assert.Equal(turncoat.Endpoint, node.Endpoint);

        turncoat.ChainId = "0x5";
        await Waiting.UntilAsync(() => node.Endpoint == good.Endpoint && node.State == ConnectionState.Connected);
        turncoat.ChainId = ScriptedNode.ChainId; // once was enough
        await node.SendRawTransactionAsync(s_transaction);

        Assert.Equal(EndpointState.Quarantined, node.Endpoints[0].State);
        Assert.Empty(turncoat.Sent);
        Assert.Single(good.Sent);
    }

    [Fact]
    public async Task Watch_StandbySwitchesItsChain_IsQuarantinedBeforeItsTurn()
    {
        await using ScriptedChain good = new(100), turncoat = new(100);
        await using EthereumNode node = await ConnectAsync(good, turncoat);
        await Waiting.UntilAsync(() => node.Endpoints[1].State == EndpointState.Standby);

        turncoat.ChainId = "0x5";

        await Waiting.UntilAsync(() => node.Endpoints[1].State == EndpointState.Quarantined);
        Assert.Equal(ConnectionState.Connected, node.State);
    }

    // Between two looks of the watch a head that does not follow the one before is the sign; then the chain is asked for before a byte leaves.
    [Fact]
    public async Task Send_HeadsThatDoNotFollowAndAnotherChain_SendsNothing()
    {
        List<string> methods = [];
        await using ScriptedNode server = ScriptedNode.Ipc(async (peer, number) =>
        {
            await peer.SendAsync(Json.Result(await peer.NextAsync(), "\"0xa\""));
            await peer.SendAsync(Json.Notification("0xa", Json.Header(100)));
            await peer.SendAsync(Json.Notification("0xa", Json.Header(7_000)));
            while (await peer.ReceiveAsync() is { } request)
            {
                methods.Add(Json.Method(request));
                await peer.SendAsync(Json.Result(request, "\"0x5\""));
            }
        });
        await using EthereumNode node = await server.ConnectAsync();
        await using RpcSubscription<BlockHeader> heads = await node.SubscribeHeadsAsync();
        await Waiting.UntilAsync(() => heads.Items.Count == 3);

        var error = await Assert.ThrowsAsync<RpcTransportException>(() => node.SendRawTransactionAsync(s_transaction));

        Assert.True(error.NotSent);
        Assert.Equal(["eth_chainId"], methods);
        Assert.Equal(EndpointState.Quarantined, node.Endpoints[0].State);
    }

    [Fact]
    public async Task Send_HeadsThatFollowEachOther_AsksNothingFirst()
    {
        await using ScriptedNode server = ScriptedNode.Ipc(async (peer, number) =>
        {
            await peer.SendAsync(Json.Result(await peer.NextAsync(), "\"0xa\""));
            await peer.SendAsync(Json.Notification("0xa", Json.Header(100)));
            await peer.SendAsync(Json.Notification("0xa", Json.Header(101)));
            JsonElement request = await peer.NextAsync();
            Assert.Equal("eth_sendRawTransaction", Json.Method(request));
            await peer.SendAsync(Json.Result(request, $"\"{Json.Hash(3)}\""));
            await peer.ReceiveAsync();
        });
        await using EthereumNode node = await server.ConnectAsync();
        await using RpcSubscription<BlockHeader> heads = await node.SubscribeHeadsAsync();
        await Waiting.UntilAsync(() => heads.Items.Count == 3);

        Assert.True((await node.SendRawTransactionAsync(s_transaction)).IsAccepted);
    }

    // Each look asks two questions of every endpoint.
    private static async Task LooksAsync(EthereumNode node, int endpoint, int looks)
    {
        long before = node.Endpoints[endpoint].Count(EndpointOutcome.Answered);
        await Waiting.UntilAsync(() => node.Endpoints[endpoint].Count(EndpointOutcome.Answered) >= before + looks);
    }

    private static Task<EthereumNode> ConnectAsync(params ScriptedChain[] chains) =>
        EthereumNode.ConnectAsync(Options(TimeSpan.FromMilliseconds(5), chains));

    private static EthereumNodeOptions Options(TimeSpan watch, params ScriptedChain[] chains) => new()
    {
        Endpoints = [.. chains.Select(chain => chain.Endpoint)],
        RequestTimeout = TimeSpan.FromSeconds(20),
        ReconnectMinDelay = TimeSpan.FromMilliseconds(5),
        ReconnectMaxDelay = TimeSpan.FromMilliseconds(20),
        WatchInterval = watch,
    };
}
