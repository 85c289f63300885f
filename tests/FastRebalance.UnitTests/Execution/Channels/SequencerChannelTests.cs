using FastRebalance.Core.Assets;
using FastRebalance.Ethereum.Rpc;
using FastRebalance.Execution.Channels;
using FastRebalance.UnitTests.Ethereum.Rpc;

namespace FastRebalance.UnitTests.Execution.Channels;

public sealed class SequencerChannelTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task SubmitAsync_AnotherOfTheNonceBeforeTheDeadline_IsHeldBackUntilTheChainIsPastIt()
    {
        (byte[] first, Hash32 firstHash) = ChannelBench.Signed(3, deadline: 2_000);
        (byte[] second, Hash32 secondHash) = ChannelBench.Signed(3, tip: 9, deadline: 3_000);
        await using ScriptedHttpNode script = new(request => ChannelBench.Taken(request, request.ToString().Contains(Convert.ToHexStringLower(first)) ? firstHash : secondHash));
        await using EthereumNode node = await EthereumNode.ConnectAsync(script.Options, Cancellation);
        await using SequencerChannel channel = Make(node);

        Assert.Equal(AnswerClass.Accepted, (await channel.SubmitAsync(first, firstHash, Cancellation)).Class);
        Assert.Equal(AnswerClass.NotSent, (await channel.SubmitAsync(second, secondHash, Cancellation)).Class);
        Assert.Equal(AnswerClass.Accepted, (await channel.SubmitAsync(first, firstHash, Cancellation)).Class);
        channel.OnHead(101, 2_000);
        Assert.Equal(AnswerClass.NotSent, (await channel.SubmitAsync(second, secondHash, Cancellation)).Class);
        channel.OnHead(102, 2_001);
        Assert.Equal(AnswerClass.Accepted, (await channel.SubmitAsync(second, secondHash, Cancellation)).Class);
    }

    [Fact]
    public async Task SubmitAsync_FirstWasRefused_AnotherOfTheNonceMayGo()
    {
        (byte[] first, Hash32 firstHash) = ChannelBench.Signed(3);
        (byte[] second, Hash32 secondHash) = ChannelBench.Signed(3, tip: 9);
        await using ScriptedHttpNode script = new(request => request.ToString().Contains(Convert.ToHexStringLower(first))
            ? ChannelBench.Refused(request, "max fee per gas less than block base fee") : ChannelBench.Taken(request, secondHash));
        await using EthereumNode node = await EthereumNode.ConnectAsync(script.Options, Cancellation);
        await using SequencerChannel channel = Make(node);

        Assert.Equal(AnswerClass.Underpriced, (await channel.SubmitAsync(first, firstHash, Cancellation)).Class);
        Assert.Equal(AnswerClass.Accepted, (await channel.SubmitAsync(second, secondHash, Cancellation)).Class);
    }

    [Fact]
    public async Task SubmitAsync_CancelWhileTheTradeMayLand_IsHeldBack()
    {
        (byte[] trade, Hash32 tradeHash) = ChannelBench.Signed(3);
        (byte[] cancel, Hash32 cancelHash) = ChannelBench.Signed(3, isTrade: false);
        await using ScriptedHttpNode script = new(request => ChannelBench.Taken(request, tradeHash));
        await using EthereumNode node = await EthereumNode.ConnectAsync(script.Options, Cancellation);
        await using SequencerChannel channel = Make(node);

        await channel.SubmitAsync(trade, tradeHash, Cancellation);
        Assert.Equal(AnswerClass.NotSent, (await channel.SubmitAsync(cancel, cancelHash, Cancellation)).Class);
        Assert.Contains(("held back for their nonce", 1L), channel.Counts);
    }

    [Fact]
    public async Task SubmitAsync_TradeWithoutADeadline_IsNotSent()
    {
        (byte[] trade, Hash32 hash) = ChannelBench.Signed(3, deadline: 0);
        await using ScriptedHttpNode script = new(request => ChannelBench.Taken(request, hash));
        await using EthereumNode node = await EthereumNode.ConnectAsync(script.Options, Cancellation);
        await using SequencerChannel channel = Make(node);

        ChannelAnswer answer = await channel.SubmitAsync(trade, hash, Cancellation);
        Assert.Equal(AnswerClass.NotSent, answer.Class);
        Assert.Contains("deadline", answer.Text);
    }

    private static SequencerChannel Make(EthereumNode node) => ChannelBench.Make<SequencerChannel>(SequencerChannel.ChannelName, "{ }", node);
}
