using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using FastRebalance.Core.Assets;
using FastRebalance.Core.Configuration;
using FastRebalance.Devnet;
using FastRebalance.Devnet.Install;
using FastRebalance.Devnet.Node;
using FastRebalance.Ethereum.Rpc;
using FastRebalance.Execution.Channels;
using FastRebalance.Execution.Fees;

namespace FastRebalance.ChainTests;

/// <summary>Several real nodes raced: two of the chain, one of another, one that is silent and one that is not there.</summary>
public sealed class RacedNodesTests
{
    private static readonly FeeQuote s_fees = new(100 * PoolRules.Gwei, PoolRules.Gwei);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Submit_DeadSilentAndForeignNodesBeside_BothOwnPoolsHaveItAndTheForeignOneNothing()
    {
        using DevnetFolder folder = new();
        DevnetParts parts = await new DevnetInstaller().EnsureAsync(Cancellation);
        await using AnvilNode foreign = await AnvilNode.StartAsync(parts.NodeProgram, new AnvilOptions(1, 4_242, 0, null, null), folder.Path, Cancellation);
        await using EthereumNode foreignNode = await EthereumNode.ConnectAsync($"http://127.0.0.1:{foreign.Port}", Cancellation);
        using TcpListener silent = new(IPAddress.Loopback, 0);
        silent.Start();
        await using PoolRules one = await PoolRules.StartAsync("anvil");
        await using PoolRules two = await PoolRules.StartAsync("anvil");
        await using RacedChannel channel = Make(one.Node, two.Url, $"http://127.0.0.1:{foreign.Port}",
            $"http://127.0.0.1:{((IPEndPoint)silent.LocalEndpoint).Port}", "http://127.0.0.1:1");
        (byte[] raw, Hash32 hash) = one.Transfer(0, s_fees);

        ChannelAnswer answer = await channel.SubmitAsync(raw, hash, Cancellation);

        Assert.Equal(AnswerClass.Accepted, answer.Class);
        while (await one.Node.TransactionAsync(hash, Cancellation) is null || await two.Node.TransactionAsync(hash, Cancellation) is null)
            await Task.Delay(5, Cancellation);
        Assert.Null(await foreignNode.TransactionAsync(hash, Cancellation));
        Assert.Equal(0, channel.Contradictions);
    }

    [Fact]
    public async Task Submit_OneNodeCannotSeeTheFunds_TheOtherDecidesAndItIsCounted()
    {
        await using PoolRules rich = await PoolRules.StartAsync("anvil");
        await using PoolRules poor = await PoolRules.StartAsync("anvil");
        await poor.SetBalanceAsync(1);
        await using RacedChannel channel = Make(rich.Node, poor.Url);
        (byte[] raw, Hash32 hash) = rich.Transfer(0, s_fees);

        Assert.Equal(AnswerClass.Accepted, (await channel.SubmitAsync(raw, hash, Cancellation)).Class);

        while (channel.Contradictions == 0)
            await Task.Delay(5, Cancellation);
        Assert.Equal(1, channel.Contradictions);
    }

    private static RacedChannel Make(EthereumNode own, params string[] endpoints)
    {
        List<OptionProblem> problems = [];
        using JsonDocument section = JsonDocument.Parse(
            $$"""{ "endpoints": [{{string.Join(", ", endpoints.Select(text => $"\"{text}\""))}}], "answerTimeout": "00:00:10" }""");
        Func<EthereumNode, ISubmitChannel>? make = SubmitChannels.Bind(
            RacedChannel.ChannelName, section.RootElement, new ChannelTerms { ChainId = LocalChain.ChainId }, problems);
        Assert.Empty(problems);
        return Assert.IsType<RacedChannel>(make!(own));
    }
}
