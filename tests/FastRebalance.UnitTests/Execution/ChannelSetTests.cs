using FastRebalance.Core.Assets;
using FastRebalance.Execution.Channels;

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
