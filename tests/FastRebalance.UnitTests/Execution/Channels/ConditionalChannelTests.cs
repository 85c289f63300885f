using System.Text.Json;
using FastRebalance.Core.Assets;
using FastRebalance.Ethereum.Rpc;
using FastRebalance.Ethereum.Transactions;
using FastRebalance.Execution.Channels;
using FastRebalance.Execution.Transactions;
using FastRebalance.Native;
using FastRebalance.UnitTests.Ethereum.Rpc;

namespace FastRebalance.UnitTests.Execution.Channels;

public sealed class ConditionalChannelTests
{
    private const long Deadline = 2_000_000_123;

    [Fact]
    public async Task SubmitAsync_OrderWithADeadline_AsksForItAsTheLatestTime()
    {
        JsonElement request = await RequestOfAsync(CallData());

        Assert.Equal("eth_sendRawTransactionConditional", Json.Method(request));
        JsonElement condition = request.GetProperty("params")[1];
        Assert.Equal($"0x{Deadline:x}", condition.GetProperty("timestampMax").GetString());
        Assert.Single(condition.EnumerateObject()); // block numbers mean L1's on Arbitrum, and are not named
    }

    [Fact]
    public async Task SubmitAsync_CancelWithoutADeadline_GoesTheOrdinaryWay() =>
        Assert.Equal("eth_sendRawTransaction", Json.Method(await RequestOfAsync([])));

    [Fact]
    public async Task SubmitAsync_SequencerRefusesByRevert_IsARevertAndNotWhatTheContractSaid()
    {
        (byte[] raw, Hash32 hash) = Sign(CallData());
        await using ScriptedHttpNode server = new(request => new HttpAnswer(Json.Error(request, -32000, "execution reverted: nonce too low")));
        await using EthereumNode node = await EthereumNode.ConnectAsync(server.Options);

        ChannelAnswer answer = await new ConditionalChannel(node).SubmitAsync(raw, hash, TestContext.Current.CancellationToken);

        Assert.Equal(AnswerClass.Reverted, answer.Class);
    }

    private static async Task<JsonElement> RequestOfAsync(byte[] callData)
    {
        (byte[] raw, Hash32 hash) = Sign(callData);
        JsonElement seen = default;
        await using ScriptedHttpNode server = new(request =>
        {
            seen = request.Clone();
            return new HttpAnswer(Json.Result(request, $"\"{hash}\""));
        });
        await using EthereumNode node = await EthereumNode.ConnectAsync(server.Options);
        Assert.Equal(AnswerClass.Accepted, (await new ConditionalChannel(node).SubmitAsync(raw, hash, TestContext.Current.CancellationToken)).Class);
        return seen;
    }

    private static byte[] CallData()
    {
        byte[] data = new byte[SwapRouter02Encoder.MaxLength(1)];
        SwapRouter02Encoder encoder = new(OrderBench.Account, World.Assets, World.Pools);
        Assert.Equal(EncodeStatus.Encoded, encoder.TryEncode(Deadline, [World.Leg(World.A, World.B, 1000, 980, World.V3AB)], data, out int length));
        return data[..length];
    }

    private static (byte[] Raw, Hash32 Hash) Sign(byte[] callData)
    {
        byte[] key = new byte[32];
        key.AsSpan().Fill(0x46);
        using TransactionSigner signer = new(new PrivateKey(key), 31337);
        Eip1559Transaction transaction = new()
        {
            Nonce = 7,
            MaxFeePerGasWei = 2,
            MaxPriorityFeePerGasWei = 1,
            GasLimit = 100_000,
            To = OrderBench.Router,
            Data = callData,
        };
        byte[] raw = new byte[signer.MaxLength(in transaction)];
        int length = signer.Sign(in transaction, raw, out Hash32 hash);
        return (raw[..length], hash);
    }
}
