using FastRebalance.Core.Assets;
using FastRebalance.Execution.Channels;

namespace FastRebalance.UnitTests.Execution.Channels;

/// <summary>A channel that accepts and never answers: it holds up nobody, and keeps no more than its own places.</summary>
public sealed class SlowLaneTests
{
    private static readonly TimeSpan s_long = TimeSpan.FromMinutes(5);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task SubmitAsync_OneLaneNeverAnswers_TheOthersServeOnAndItFillsItsPlacesOnly()
    {
        Silent silent = new();
        ChannelSet set = new([silent, new Quick()], s_long, maxPerChannel: 3);

        for (int i = 0; i < 100; i++)
            Assert.Equal(AnswerClass.Accepted, (await set.SubmitAsync(new byte[1], default, Cancellation)).Answer.Class);

        Lane slow = set.Lanes[0];
        Assert.Equal(3, silent.Asked);
        Assert.Equal((3L, 97L, 3), (slow.Sent, slow.Full, slow.Waiting));
        Assert.Equal((100L, 0L, 0), (set.Lanes[1].Sent, set.Lanes[1].Full, set.Lanes[1].Waiting));
    }

    [Fact]
    public async Task SubmitAsync_TheOnlyLaneIsFull_IsNotSentRatherThanUnknown()
    {
        ChannelSet set = new([new Silent()], s_long, maxPerChannel: 1);
        Task<(ChannelAnswer Answer, long SentNs)> first = set.SubmitAsync(new byte[1], default, Cancellation);

        (ChannelAnswer second, _) = await set.SubmitAsync(new byte[1], default, Cancellation);

        Assert.Equal(AnswerClass.NotSent, second.Class);
        Assert.False(first.IsCompleted);
    }

    // The caller left with the quick lane's answer; the slow lane's own limit ends its wait all the same.
    [Fact]
    public async Task SubmitAsync_CallerHasItsAnswer_TheSlowLaneEndsByItsOwnLimit()
    {
        ChannelSet set = new([new Silent(), new Quick()], TimeSpan.FromMilliseconds(50));

        await set.SubmitAsync(new byte[1], default, Cancellation);
        await OrderBench.Until(() => set.Lanes[0].Waiting == 0);

        Assert.Equal(1, set.Lanes[0].Unknown);
        Assert.Equal(1, set.Lanes[0].Latency.Count);
    }

    [Fact]
    public async Task SubmitAsync_PlacesComeFree_TheLaneIsUsedAgain()
    {
        Silent silent = new();
        ChannelSet set = new([silent], s_long, maxPerChannel: 1);
        Task<(ChannelAnswer Answer, long SentNs)> first = set.SubmitAsync(new byte[1], default, Cancellation);
        silent.Answer(new ChannelAnswer(AnswerClass.Accepted, ""));
        await first;

        Task<(ChannelAnswer Answer, long SentNs)> second = set.SubmitAsync(new byte[1], default, Cancellation);
        silent.Answer(new ChannelAnswer(AnswerClass.Known, ""));

        Assert.Equal(AnswerClass.Known, (await second).Answer.Class);
    }

    private sealed class Silent : ISubmitChannel
    {
        private TaskCompletionSource<ChannelAnswer> _answer = new();

        public string Name => "silent";

        public int Asked { get; private set; }

        public void Answer(ChannelAnswer answer)
        {
            TaskCompletionSource<ChannelAnswer> waiting = _answer;
            _answer = new TaskCompletionSource<ChannelAnswer>();
            waiting.SetResult(answer);
        }

        public Task<ChannelAnswer> SubmitAsync(ReadOnlyMemory<byte> raw, Hash32 hash, CancellationToken cancellation)
        {
            Asked++;
            return _answer.Task;
        }
    }

    private sealed class Quick : ISubmitChannel
    {
        public string Name => "quick";

        public Task<ChannelAnswer> SubmitAsync(ReadOnlyMemory<byte> raw, Hash32 hash, CancellationToken cancellation) =>
            Task.FromResult(new ChannelAnswer(AnswerClass.Accepted, ""));
    }
}
