using System.Text;
using FastRebalance.Core.Assets;
using FastRebalance.Execution.Channels;
using FastRebalance.Execution.Presigning;

namespace FastRebalance.UnitTests.Execution.Presigning;

public sealed class AnswerTests : IFireAnswerSink
{
    private readonly List<string> _seen = [];
    private readonly FireAnswers _answers = new();

    void IFireAnswerSink.OnAnswer(int channel, ReadOnlySpan<byte> answer) => _seen.Add($"{channel}:{Encoding.UTF8.GetString(answer)}");

    void IFireAnswerSink.OnLost(int channel) => _seen.Add($"{channel} lost");

    [Fact]
    public void Splitter_CutAtEveryByte_GivesTheSameObjects()
    {
        byte[] stream = Encoding.UTF8.GetBytes("{\"id\":1,\"result\":\"a}{\\\"\\\\\"}\n {\"id\":2,\"error\":{\"code\":-1,\"message\":\"\\\\\"}}{}");
        string[] expected = ["3:{\"id\":1,\"result\":\"a}{\\\"\\\\\"}", "3:{\"id\":2,\"error\":{\"code\":-1,\"message\":\"\\\\\"}}", "3:{}"];
        for (int cut = 0; cut <= stream.Length; cut++)
        {
            AnswerSplitter splitter = new(1024);
            _seen.Clear();
            splitter.Take(stream.AsSpan(0, cut), 3, this);
            splitter.Take(stream.AsSpan(cut), 3, this);
            Assert.Equal(expected, _seen);
        }
    }

    [Fact]
    public void Splitter_HttpHead_IsSkipped()
    {
        new AnswerSplitter(1024).Take("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n{\"id\":10}\n"u8, 0, this);

        Assert.Equal(["0:{\"id\":10}"], _seen);
    }

    [Fact]
    public void Splitter_LargerThanAllowed_IsSkippedWholeAndCounted()
    {
        AnswerSplitter splitter = new(16);
        splitter.Take(Encoding.UTF8.GetBytes($"{{\"a\":\"{new string('x', 5_000_000)}\"}}{{\"id\":1}}"), 0, this);

        Assert.Equal(["0:{\"id\":1}"], _seen);
        Assert.Equal(1, splitter.Oversized);
    }

    [Fact]
    public void TryTake_AnswerToAShot_IsMatchedByChannelAndNumber()
    {
        _answers.Expect(Shot(7, 3, 0b10));
        _answers.OnAnswer(1, Answer(RequestId.Of(7, 3)));

        Assert.True(_answers.TryTake(out FireAnswer answer, out FireOutcome outcome));

        Assert.Equal((1, 7UL), (answer.Channel, outcome.Nonce));
    }

    [Fact]
    public void TryTake_WhatNobodyWaitsFor_IsCountedAndNeverGivenToAnotherSlot()
    {
        _answers.Expect(Shot(7, 3, 0b01));
        _answers.OnAnswer(1, Answer(RequestId.Of(7, 3))); // a channel that it was not written to
        _answers.OnAnswer(0, Answer(RequestId.Of(8, 3)));
        _answers.OnAnswer(0, Answer(RequestId.Of(7, 4)));
        _answers.OnAnswer(0, Answer(RequestId.Of(7, 3)));
        _answers.OnAnswer(0, Answer(RequestId.Of(7, 3))); // twice

        Assert.True(_answers.TryTake(out _, out FireOutcome outcome));
        Assert.Equal(7UL, outcome.Nonce);
        Assert.False(_answers.TryTake(out _, out _));
        Assert.Equal(4, _answers.Unmatched);
    }

    [Fact]
    public void TryTake_AfterTheSlotWasForgotten_IsUnmatched()
    {
        _answers.Expect(Shot(7, 3, 0b01));
        _answers.Expect(Shot(8, 3, 0b01));
        _answers.Forget(7);
        _answers.OnAnswer(0, Answer(RequestId.Of(7, 3)));
        _answers.OnAnswer(0, Answer(RequestId.Of(8, 3)));

        Assert.True(_answers.TryTake(out _, out FireOutcome outcome));
        Assert.Equal((8UL, 1L), (outcome.Nonce, _answers.Unmatched));
    }

    [Theory]
    [InlineData("{\"id\":\"458755\"}")]
    [InlineData("{\"id\":null}")]
    [InlineData("{\"id\":-1}")]
    [InlineData("{\"id\":1.5}")]
    [InlineData("{\"result\":{\"id\":458755}}")]
    [InlineData("{\"id\":458755,\"id\":458755}")]
    [InlineData("{\"id\":458755")]
    [InlineData("[{\"id\":458755}]")]
    [InlineData("{}")]
    public void OnAnswer_NumberThatIsNone_IsUnreadable(string answer)
    {
        _answers.Expect(Shot(7, 3, 0b01));
        _answers.OnAnswer(0, Encoding.UTF8.GetBytes(answer));

        Assert.Equal(1, _answers.Unreadable);
        Assert.False(_answers.TryTake(out _, out _));
    }

    [Fact]
    public void OnAnswer_AccountThreadDoesNotCome_MemoryIsBounded()
    {
        for (int i = 0; i < 3000; i++)
            _answers.OnAnswer(0, Answer((ulong)i));

        Assert.Equal(3000 - 1024, _answers.Dropped);
    }

    [Theory]
    [InlineData("{\"id\":1,\"result\":\"HASH\"}", AnswerClass.Accepted)]
    [InlineData("{\"id\":1,\"result\":\"HASH\",\"error\":null}", AnswerClass.Accepted)]
    [InlineData("{\"id\":1,\"result\":\"0x0000000000000000000000000000000000000000000000000000000000000001\"}", AnswerClass.Unknown)]
    [InlineData("{\"id\":1,\"error\":{\"code\":-32000,\"message\":\"already known\"}}", AnswerClass.Known)]
    [InlineData("{\"id\":1,\"error\":{\"code\":-32000,\"message\":\"nonce too low\"}}", AnswerClass.NonceTooLow)]
    [InlineData("{\"id\":1,\"error\":\"nonce too low\"}", AnswerClass.Unknown)]
    [InlineData("{\"id\":1,\"error\":{\"code\":-32000}}", AnswerClass.Unknown)]
    [InlineData("{\"id\":1,\"result\":\"HASH\",\"error\":{\"message\":\"already known\"}}", AnswerClass.Unknown)]
    [InlineData("{\"id\":1}", AnswerClass.Unknown)]
    [InlineData("{\"id\":1,\"result\":7}", AnswerClass.Unknown)]
    public void Judge_AnAnswer_IsWhatANodeMeantByIt(string answer, AnswerClass expected)
    {
        Hash32 hash = Hash32.Parse("0x" + new string('a', 64));

        ChannelAnswer judged = new FireAnswer(0, 1, Encoding.UTF8.GetBytes(answer.Replace("HASH", hash.ToString(), StringComparison.Ordinal))).Judge(in hash);

        Assert.Equal(expected, judged.Class);
    }

    [Fact]
    public void RequestId_AnyNonceAndRung_IsReadBackAndStaysBelow53Bits()
    {
        ulong id = RequestId.Of(ulong.MaxValue, RequestId.MostRungs - 1);

        Assert.True(id < 1UL << 53);
        Assert.True(RequestId.IsOf(RequestId.Of(123, 45), 123) && !RequestId.IsOf(RequestId.Of(123, 45), 124));
        Assert.Equal(45, RequestId.RungOf(RequestId.Of(123, 45)));
    }

    private static byte[] Answer(ulong id) => Encoding.UTF8.GetBytes($"{{\"jsonrpc\":\"2.0\",\"id\":{id},\"result\":\"0x\"}}");

    private static FireOutcome Shot(ulong nonce, int rung, ulong channels) =>
        new() { Verdict = FireVerdict.Fired, Nonce = nonce, Rung = rung, ChannelsWritten = channels };
}
