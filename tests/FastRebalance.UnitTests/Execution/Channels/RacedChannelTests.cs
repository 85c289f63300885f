using System.Collections.Concurrent;
using FastRebalance.Core.Assets;
using FastRebalance.Ethereum.Rpc;
using FastRebalance.Execution.Channels;
using FastRebalance.UnitTests.Ethereum.Rpc;

namespace FastRebalance.UnitTests.Execution.Channels;

public sealed class RacedChannelTests
{
    private static readonly (byte[] Raw, Hash32 Hash) s_order = ChannelBench.Signed(3);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task SubmitAsync_AllAnswer_EveryNodeGetsTheBytesOnce()
    {
        ConcurrentQueue<int> sent = new();
        await using ScriptedHttpNode one = Node(sent, 1), two = Node(sent, 2), three = Node(sent, 3);
        await using EthereumNode own = await EthereumNode.ConnectAsync(one.Options, Cancellation);
        await using RacedChannel channel = Make(own, true, two, three);

        Assert.Equal(AnswerClass.Accepted, (await channel.SubmitAsync(s_order.Raw, s_order.Hash, Cancellation)).Class);

        await Until(() => sent.Count == 3);
        Assert.Equal([1, 2, 3], sent.Order());
        Assert.Equal(0, channel.Contradictions);
        Assert.Equal(3, channel.Places.Count);
    }

    [Fact]
    public async Task SubmitAsync_OneNeverAnswers_TheOtherDecides()
    {
        using SemaphoreSlim never = new(0);
        await using ScriptedHttpNode silent = ChannelBench.Node(request => { never.Wait(); return ChannelBench.Taken(request, s_order.Hash); });
        await using ScriptedHttpNode quick = Node(new(), 1);
        await using EthereumNode own = await EthereumNode.ConnectAsync(quick.Options, Cancellation);
        await using RacedChannel channel = Make(own, false, silent, quick);

        Assert.Equal(AnswerClass.Accepted, (await channel.SubmitAsync(s_order.Raw, s_order.Hash, Cancellation)).Class);
        never.Release(8);
    }

    [Fact]
    public async Task SubmitAsync_OneIsDead_TheOtherDecidesAndItIsCounted()
    {
        await using ScriptedHttpNode quick = Node(new(), 2);
        await using EthereumNode own = await EthereumNode.ConnectAsync(quick.Options, Cancellation);
        // Port 1 is nobody's.
        await using RacedChannel channel = ChannelBench.Make<RacedChannel>(
            RacedChannel.ChannelName, $$"""{ "endpoints": ["http://127.0.0.1:1", "{{quick.Endpoint.Location}}"], "ownNode": false }""", own);

        Assert.Equal(AnswerClass.Accepted, (await channel.SubmitAsync(s_order.Raw, s_order.Hash, Cancellation)).Class);
        await Until(() => channel.Counts.Any(count => count is ("sends that could not leave", 1)));
    }

    [Fact]
    public async Task SubmitAsync_OneCallsImpossibleWhatAnotherTakes_IsCounted()
    {
        await using ScriptedHttpNode wrong = ChannelBench.Node(request => ChannelBench.Refused(request, "invalid sender"));
        await using ScriptedHttpNode right = Node(new(), 1);
        await using EthereumNode own = await EthereumNode.ConnectAsync(right.Options, Cancellation);
        await using RacedChannel channel = Make(own, false, wrong, right);

        Assert.Equal(AnswerClass.Accepted, (await channel.SubmitAsync(s_order.Raw, s_order.Hash, Cancellation)).Class);
        await Until(() => channel.Contradictions == 1);
    }

    [Fact]
    public async Task SubmitAsync_AllRefuse_GivesTheAnswerThatWeighsMost()
    {
        await using ScriptedHttpNode full = ChannelBench.Node(request => ChannelBench.Refused(request, "txpool is full"));
        await using ScriptedHttpNode low = ChannelBench.Node(request => ChannelBench.Refused(request, "nonce too low"));
        await using EthereumNode own = await EthereumNode.ConnectAsync(full.Options, Cancellation);
        await using RacedChannel channel = Make(own, false, full, low);

        Assert.Equal(AnswerClass.NonceTooLow, (await channel.SubmitAsync(s_order.Raw, s_order.Hash, Cancellation)).Class);
        Assert.Equal(0, channel.Contradictions);
    }

    [Fact]
    public async Task SubmitAsync_NodeOfAnotherChain_GetsNoByte()
    {
        ConcurrentQueue<int> sent = new();
        await using ScriptedHttpNode foreign = Node(sent, 1), right = Node(sent, 2);
        foreign.ChainIdNow = "0x2a";
        await using EthereumNode own = await EthereumNode.ConnectAsync(right.Options, Cancellation);
        await using RacedChannel channel = Make(own, false, foreign, right);

        for (int i = 0; i < 5; i++)
            Assert.Equal(AnswerClass.Accepted, (await channel.SubmitAsync(s_order.Raw, s_order.Hash, Cancellation)).Class);

        await Until(() => sent.Count == 5);
        Assert.All(sent, node => Assert.Equal(2, node));
    }

    [Fact]
    public async Task SubmitAsync_NodeSwitchesItsChainWhileRunning_GetsNoByteOnceThatIsSeen()
    {
        ConcurrentQueue<int> sent = new();
        await using ScriptedHttpNode turncoat = Node(sent, 1), right = Node(sent, 2);
        await using EthereumNode own = await EthereumNode.ConnectAsync(right.Options, Cancellation);
        await using RacedChannel channel = Make(own, false, turncoat, right);
        await channel.SubmitAsync(s_order.Raw, s_order.Hash, Cancellation);
        await Until(() => sent.Count == 2);

        turncoat.ChainIdNow = "0x2a";
        await Until(() => channel.Connected == 1);
        sent.Clear();
        for (int i = 0; i < 5; i++)
            await channel.SubmitAsync(s_order.Raw, s_order.Hash, Cancellation);

        await Until(() => sent.Count == 5);
        Assert.All(sent, node => Assert.Equal(2, node));
    }

    [Fact]
    public async Task SubmitAsync_CallerGivesUp_IsUnknownAndTheSendGoesOn()
    {
        using SemaphoreSlim hold = new(0);
        TaskCompletionSource reached = new();
        await using ScriptedHttpNode slow = ChannelBench.Node(request => { reached.TrySetResult(); hold.Wait(); return ChannelBench.Taken(request, s_order.Hash); });
        await using EthereumNode own = await EthereumNode.ConnectAsync(slow.Options, Cancellation);
        await using RacedChannel channel = Make(own, false, slow);
        using CancellationTokenSource givingUp = new();

        Task<ChannelAnswer> submit = channel.SubmitAsync(s_order.Raw, s_order.Hash, givingUp.Token);
        await reached.Task;
        await givingUp.CancelAsync();

        Assert.Equal(AnswerClass.Unknown, (await submit).Class);
        hold.Release(8);
    }

    private static ScriptedHttpNode Node(ConcurrentQueue<int> sent, int number) => ChannelBench.Node(request =>
    {
        sent.Enqueue(number);
        return ChannelBench.Taken(request, s_order.Hash);
    });

    private static RacedChannel Make(EthereumNode own, bool ownNode, params ScriptedHttpNode[] nodes) => ChannelBench.Make<RacedChannel>(
        RacedChannel.ChannelName,
        $$"""{ "endpoints": [{{string.Join(", ", nodes.Select(node => $"\"{node.Endpoint.Location}\""))}}], "ownNode": {{(ownNode ? "true" : "false")}}, "watchInterval": "00:00:00.02" }""",
        own);

    private static async Task Until(Func<bool> holds)
    {
        while (!holds())
            await Task.Delay(5, Cancellation);
    }
}
