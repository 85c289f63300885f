using FastRebalance.Ethereum.Rpc;

namespace FastRebalance.UnitTests.Ethereum.Rpc;

public sealed class EndpointHealthTests
{
    private readonly EndpointHealth _health = new(RpcEndpoint.Parse("http://127.0.0.1:1"));

    [Fact]
    public async Task Record_ManyAtOnce_LosesNone()
    {
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() =>
        {
            for (int i = 0; i < 10_000; i++)
                _health.Record(EndpointOutcome.Answered, 1000);
        })));

        Assert.Equal(80_000, _health.Count(EndpointOutcome.Answered));
        Assert.Equal(80_000, _health.Latency.Count);
        Assert.Equal(1000, _health.Latency.MeanNs);
    }

    [Fact]
    public void Record_NoAnswer_CountsNoLatencyAndKeepsTheReason()
    {
        _health.Record(EndpointOutcome.TimedOut, 5, "silent");

        Assert.Equal(0, _health.Latency.Count);
        Assert.Equal(0, _health.LastAnswerNs);
        Assert.Equal("silent", _health.Trouble);
    }

    [Fact]
    public void Become_AfterQuarantine_StaysThere()
    {
        _health.Become(EndpointState.Quarantined, "another chain");
        _health.Become(EndpointState.Standby);

        Assert.Equal(EndpointState.Quarantined, _health.State);
    }

    [Fact]
    public void Record_Answered_AllocatesNothing()
    {
        _health.Record(EndpointOutcome.Answered, 1);
        AllocationWatch watch = new();
        while (watch.Next())
            for (int i = 0; i < 1000; i++)
                _health.Record(EndpointOutcome.Answered, 1000);
        Assert.Equal(0, watch.LeastBytes);
    }

    [Fact]
    public async Task Endpoints_AfterSomeAnswers_TellThem()
    {
        await using ScriptedHttpNode server = new(request => Json.Method(request) == "eth_blockNumber"
            ? new HttpAnswer(Json.Result(request, "\"0x1\""))
            : new HttpAnswer(Json.Error(request, -32601, "no such method")));
        await using EthereumNode node = await EthereumNode.ConnectAsync(server.Options);

        await node.BlockNumberAsync();
        await Assert.ThrowsAsync<RpcErrorException>(() => node.InvokeAsync("eth_nothing"));

        EndpointHealth health = Assert.Single(node.Endpoints);
        Assert.Equal(EndpointState.InUse, health.State);
        Assert.Equal(1, health.Count(EndpointOutcome.Answered));
        Assert.Equal(1, health.Count(EndpointOutcome.NodeError));
        Assert.Equal(2, health.Latency.Count);
        Assert.Contains("in use", health.ToString(), StringComparison.Ordinal);
    }
}
