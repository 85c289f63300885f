using System.Text.Json;
using FastRebalance.Core.Assets;
using FastRebalance.Core.Hashing;
using FastRebalance.Ethereum.Rpc;
using FastRebalance.Execution.Channels;
using FastRebalance.UnitTests.Ethereum.Rpc;

namespace FastRebalance.UnitTests.Execution.Channels;

/// <summary><c>eth_sendRawTransactionSync</c>: only a receipt that names our hash counts, and codes 4, 5 and 6 mean what EIP-7966 says.</summary>
public sealed class SyncSendTests
{
    private static readonly byte[] s_raw = [2, 1];
    private static readonly Hash32 s_hash = Keccak256.Hash(s_raw);
    private static readonly Hash32 s_other = Keccak256.OfNothing;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task SubmitAsync_OurReceipt_IsTaken() =>
        Assert.Equal(AnswerClass.Accepted, (await SubmitAsync(request => Json.Result(request, ReceiptOf(s_hash)))).Class);

    [Fact]
    public async Task SubmitAsync_OurReceiptOfARevert_IsTakenAllTheSame() =>
        Assert.Equal(AnswerClass.Accepted, (await SubmitAsync(request => Json.Result(request, ReceiptOf(s_hash, status: 0)))).Class);

    [Fact]
    public async Task SubmitAsync_ReceiptOfAnotherHash_IsUnknown()
    {
        ChannelAnswer answer = await SubmitAsync(request => Json.Result(request, ReceiptOf(s_other)));

        Assert.Equal(AnswerClass.Unknown, answer.Class);
        Assert.Contains($"{s_other}", answer.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("true")]
    public async Task SubmitAsync_NoReceiptAndNoError_IsUnknown(string result)
    {
        ChannelAnswer answer = await SubmitAsync(request => Json.Result(request, result));

        Assert.Equal(AnswerClass.Unknown, answer.Class);
        Assert.True(answer.MayBeOut);
    }

    [Fact]
    public async Task SubmitAsync_CodeFourWithOurHash_IsTakenAndNotMined()
    {
        ChannelAnswer answer = await SubmitAsync(request => Json.Error(request, 4, "timed out", $"\"{s_hash}\""));

        Assert.Equal(AnswerClass.AcceptedUnmined, answer.Class);
        Assert.True(answer.IsTaken);
    }

    [Theory]
    [InlineData("null")]
    [InlineData("\"0x12\"")]
    [InlineData("\"OTHER\"")]
    public async Task SubmitAsync_CodeFourWithoutOurHash_IsUnknown(string data)
    {
        string said = data.Replace("OTHER", s_other.ToString(), StringComparison.Ordinal);

        Assert.Equal(AnswerClass.Unknown, (await SubmitAsync(request => Json.Error(request, 4, "timed out", said))).Class);
    }

    [Theory]
    [InlineData("nonce too low", AnswerClass.NonceTooLow)]
    [InlineData("replacement transaction underpriced", AnswerClass.ReplacementUnderpriced)]
    [InlineData("unknown error", AnswerClass.Other)]
    public async Task SubmitAsync_CodeFive_MeansWhatItsWordsMean(string words, AnswerClass expected) =>
        Assert.Equal(expected, (await SubmitAsync(request => Json.Error(request, 5, words))).Class);

    [Fact]
    public async Task SubmitAsync_CodeSix_IsANonceTooHighWithTheOneThatIsWaitedFor()
    {
        ChannelAnswer answer = await SubmitAsync(request => Json.Error(request, 6, "tx gap", "\"0x7\""));

        Assert.Equal(AnswerClass.NonceTooHigh, answer.Class);
        Assert.Contains("0x7", answer.Text, StringComparison.Ordinal);
    }

    // The node gives up, and the transaction is mined later: the answer says "taken", and what follows is the confirmation's.
    [Fact]
    public async Task SubmitAsync_TimeoutAndThenAReceiptForTheSameBytes_BothAreTaken()
    {
        int asked = 0;
        await using ScriptedHttpNode server = new(request => new HttpAnswer(
            ++asked == 1 ? Json.Error(request, 4, "timed out", $"\"{s_hash}\"") : Json.Result(request, ReceiptOf(s_hash))));
        await using EthereumNode node = await EthereumNode.ConnectAsync(server.Options);
        SyncChannel channel = new(node);

        Assert.Equal(AnswerClass.AcceptedUnmined, (await channel.SubmitAsync(s_raw, s_hash, Cancellation)).Class);
        Assert.Equal(AnswerClass.Accepted, (await channel.SubmitAsync(s_raw, s_hash, Cancellation)).Class);
    }

    private static async Task<ChannelAnswer> SubmitAsync(Func<JsonElement, string> answer)
    {
        await using ScriptedHttpNode server = new(request =>
        {
            Assert.Equal("eth_sendRawTransactionSync", Json.Method(request));
            return new HttpAnswer(answer(request));
        });
        await using EthereumNode node = await EthereumNode.ConnectAsync(server.Options);
        return await new SyncChannel(node).SubmitAsync(s_raw, s_hash, Cancellation);
    }

    private static string ReceiptOf(Hash32 hash, int status = 1) =>
        $$"""
        {"transactionHash":"{{hash}}","blockHash":"{{Json.Hash(5)}}","blockNumber":"0x5","status":"0x{{status}}","gasUsed":"0x5208",
        "effectiveGasPrice":"0x7","from":"0x0000000000000000000000000000000000000001","to":null,
        "contractAddress":"0x0000000000000000000000000000000000000002","transactionIndex":"0x0","logs":[]}
        """;
}
