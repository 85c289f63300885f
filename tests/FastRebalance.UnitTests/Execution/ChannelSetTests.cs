using System.Collections.Concurrent;
using FastRebalance.Core.Assets;
using FastRebalance.Execution.Channels;
using FastRebalance.Execution.Confirmation;
using FastRebalance.Execution.Submission;

namespace FastRebalance.UnitTests.Execution;

public sealed class ChannelSetTests
{
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(1);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task SubmitAsync_OneTakesItAndOneHangs_ReturnsAtOnce()
    {
        ChannelSet set = new([new Scripted(null), new Scripted(AnswerClass.Accepted)], Long);

        (ChannelAnswer answer, long sentNs) = await set.SubmitAsync(new byte[1], default, Cancellation);

        Assert.Equal(AnswerClass.Accepted, answer.Class);
        Assert.NotEqual(0, sentNs);
    }

    [Fact]
    public async Task SubmitAsync_AllHang_IsUnknownAfterTheTimeout()
    {
        ChannelSet set = new([new Scripted(null)], TimeSpan.FromMilliseconds(30));

        (ChannelAnswer answer, _) = await set.SubmitAsync(new byte[1], default, Cancellation);

        Assert.Equal(AnswerClass.Unknown, answer.Class);
        Assert.True(answer.MayBeOut);
    }

    [Fact]
    public async Task SubmitAsync_AChannelThrowsAgainstItsPromise_IsUnknown()
    {
        ChannelSet set = new([new Throwing()], Long);

        Assert.Equal(AnswerClass.Unknown, (await set.SubmitAsync(new byte[1], default, Cancellation)).Answer.Class);
    }

    // "It never left" must be everyone's answer, and doubt outweighs a refusal: the other channel may have it.
    [Theory]
    [InlineData(AnswerClass.NotSent, AnswerClass.Fatal, AnswerClass.Fatal)]
    [InlineData(AnswerClass.Fatal, AnswerClass.Unknown, AnswerClass.Unknown)]
    [InlineData(AnswerClass.Unknown, AnswerClass.NonceTooLow, AnswerClass.NonceTooLow)]
    [InlineData(AnswerClass.Underpriced, AnswerClass.Known, AnswerClass.Known)]
    [InlineData(AnswerClass.NotSent, AnswerClass.NotSent, AnswerClass.NotSent)]
    public async Task SubmitAsync_Answers_TheWeightierCounts(AnswerClass one, AnswerClass other, AnswerClass expected)
    {
        ChannelSet set = new([new Scripted(one), new Scripted(other)], Long);

        Assert.Equal(expected, (await set.SubmitAsync(new byte[1], default, Cancellation)).Answer.Class);
    }

    [Fact]
    public void Better_EveryClass_HasAWeightAboveNone()
    {
        foreach (AnswerClass answer in Enum.GetValues<AnswerClass>().Where(answer => answer != AnswerClass.None))
            Assert.Equal(answer, ChannelSet.Better(new ChannelAnswer(AnswerClass.None, ""), new ChannelAnswer(answer, "")).Class);
    }

    [Fact]
    public void IsDry_OnlyDryRunChannels()
    {
        Assert.True(new ChannelSet([new DryRunChannel()], Long).IsDry);
        Assert.False(new ChannelSet([new DryRunChannel(), new Scripted(AnswerClass.Accepted)], Long).IsDry);
    }

    // What never left needs no cancel there, and a cancel is cancelled by nothing.
    [Fact]
    public async Task CancelPrivately_SomeReleased_AsksForEachReleasedFillAndCounts()
    {
        Private channel = new();
        ChannelSet set = new([new Scripted(AnswerClass.Accepted), channel], Long);
        Attempt[] attempts = [Of(AttemptKind.Fill, 1, isOut: true), Of(AttemptKind.Fill, 2, isOut: false), Of(AttemptKind.Fill, 3, isOut: true), Of(AttemptKind.Cancel, 4, isOut: true)];

        set.CancelPrivately(attempts, Cancellation);

        while (set.Lanes[1].CancelsTold < 1 || channel.Asked.Count < 2)
            await Task.Yield();
        Assert.Equal([attempts[0].Hash, attempts[2].Hash], channel.Asked.OrderBy(static hash => hash.ToString()));
        Assert.Equal((2, 1), (set.Lanes[1].CancelsAsked, set.Lanes[1].CancelsTold)); // of the third nothing was there
        Assert.Equal((0, 0), (set.Lanes[0].CancelsAsked, set.Lanes[0].CancelsTold));
    }

    [Fact]
    public void CancelPrivately_ChannelThrowsOrHangs_ReturnsAtOnce()
    {
        ChannelSet set = new([new Private { Throws = true }, new Private { Hangs = true }], Long);

        set.CancelPrivately([Of(AttemptKind.Fill, 1, isOut: true)], Cancellation);

        Assert.All(set.Lanes, lane => Assert.Equal((1, 0), (lane.CancelsAsked, lane.CancelsTold)));
    }

    [Fact]
    public void OnHead_OnlyThoseThatFollow_AreTold()
    {
        Private channel = new();
        ChannelSet set = new([new Scripted(AnswerClass.Accepted), channel], Long);

        set.OnHead(7, 1234);

        Assert.Equal((7UL, 1234L), Assert.Single(channel.Heads));
    }

    [Fact]
    public async Task SubmitAsync_Privately_GoesToNoPublicChannel()
    {
        Counting open = new(LaneClass.Public), hidden = new(LaneClass.Private), sequencer = new(LaneClass.Sequencer);
        ChannelSet set = new([open, hidden, sequencer], Long);

        await set.SubmitAsync(new byte[1], default, Cancellation, new SendWay(IsPrivate: true));
        Assert.Equal((0, 1, 1), (open.Submits, hidden.Submits, sequencer.Submits));

        await set.SubmitAsync(new byte[1], default, Cancellation);
        Assert.Equal((1, 2, 2), (open.Submits, hidden.Submits, sequencer.Submits));
    }

    [Fact]
    public async Task SubmitAsync_PrivatelyWithoutAPrivateChannel_GoesOutAllTheSame()
    {
        Counting open = new(LaneClass.Public);
        ChannelSet set = new([open], Long);

        await set.SubmitAsync(new byte[1], default, Cancellation, new SendWay(IsPrivate: true, new byte[] { 7 }));

        Assert.Equal((1, false, false), (open.Submits, set.HasPrivate, set.CanSendBehind));
    }

    [Fact]
    public async Task SubmitAsync_BehindAnother_GoesToThoseThatCanAlone()
    {
        Counting open = new(LaneClass.Public), hidden = new(LaneClass.Private);
        Follower follower = new();
        ChannelSet set = new([open, hidden, follower], Long);

        (ChannelAnswer answer, _) = await set.SubmitAsync(new byte[] { 1 }, default, Cancellation, new SendWay(IsPrivate: true, new byte[] { 7 }));

        Assert.Equal(AnswerClass.Accepted, answer.Class);
        Assert.Equal((0, 0, 0), (open.Submits, hidden.Submits, follower.Submits));
        Assert.Equal([7], Assert.Single(follower.Followed));
    }

    private static Attempt Of(AttemptKind kind, byte number, bool isOut) => new(kind, default)
    {
        Hash = new Hash32([number, .. new byte[Hash32.Length - 1]]),
        Raw = new byte[] { number },
        MayBeOut = isOut,
    };

    private sealed class Private : ISubmitChannel, ICancelsPrivately, IFollowsHeads
    {
        public string Name => "private";

        public bool Throws { get; init; }

        public bool Hangs { get; init; }

        public ConcurrentQueue<Hash32> Asked { get; } = [];

        public List<(ulong, long)> Heads { get; } = [];

        public Task<ChannelAnswer> SubmitAsync(ReadOnlyMemory<byte> raw, Hash32 hash, CancellationToken cancellation) =>
            Task.FromResult(new ChannelAnswer(AnswerClass.Accepted, ""));

        public Task<ChannelAnswer> CancelAsync(Hash32 hash, CancellationToken cancellation)
        {
            if (Throws)
                throw new IOException("wire cut");
            Asked.Enqueue(hash);
            return Hangs
                ? new TaskCompletionSource<ChannelAnswer>().Task
                : Task.FromResult(new ChannelAnswer(hash.Span[0] == 1 ? AnswerClass.Accepted : AnswerClass.NotSent, ""));
        }

        public void OnHead(ulong number, long timestampSeconds) => Heads.Add((number, timestampSeconds));
    }

    private class Counting(LaneClass lane) : ISubmitChannel
    {
        public string Name => $"{lane}";

        public LaneClass Class => lane;

        public int Submits { get; private set; }

        public Task<ChannelAnswer> SubmitAsync(ReadOnlyMemory<byte> raw, Hash32 hash, CancellationToken cancellation)
        {
            Submits++;
            return Task.FromResult(new ChannelAnswer(AnswerClass.Accepted, ""));
        }
    }

    private sealed class Follower() : Counting(LaneClass.Private), ISendsBehind
    {
        public List<byte[]> Followed { get; } = [];

        public Task<ChannelAnswer> SubmitBehindAsync(ReadOnlyMemory<byte> behind, ReadOnlyMemory<byte> raw, Hash32 hash, CancellationToken cancellation)
        {
            Followed.Add(behind.ToArray());
            return Task.FromResult(new ChannelAnswer(AnswerClass.Accepted, ""));
        }
    }

    private sealed class Scripted(AnswerClass? answer) : ISubmitChannel
    {
        public string Name => "scripted";

        public Task<ChannelAnswer> SubmitAsync(ReadOnlyMemory<byte> raw, Hash32 hash, CancellationToken cancellation) =>
            answer is { } known ? Task.FromResult(new ChannelAnswer(known, "")) : new TaskCompletionSource<ChannelAnswer>().Task;
    }

    private sealed class Throwing : ISubmitChannel
    {
        public string Name => "throwing";

        public Task<ChannelAnswer> SubmitAsync(ReadOnlyMemory<byte> raw, Hash32 hash, CancellationToken cancellation) =>
            throw new IOException("wire cut");
    }
}
