using FastRebalance.Core.Assets;
using FastRebalance.Devnet;
using FastRebalance.Devnet.Install;
using FastRebalance.Devnet.Node;
using FastRebalance.Ethereum.Rpc;
using FastRebalance.Ethereum.Transactions;
using FastRebalance.Execution.Channels;
using FastRebalance.Native;

namespace FastRebalance.ChainTests;

/// <summary>Every transport and every kind of send against a real node.</summary>
public sealed class TransportTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("ipc")]
    [InlineData("ws")]
    [InlineData("http")]
    [InlineData("h2c")]
    public async Task Call_EveryTransport_GivesTheSameAnswers(string transport)
    {
        using DevnetFolder folder = new();
        await using AnvilNode anvil = await StartAsync(folder.Path);
        await using EthereumNode node = await EthereumNode.ConnectAsync(
            transport == "ipc" ? $"ipc:{anvil.SocketPath}" : $"{transport}://127.0.0.1:{anvil.Port}", Cancellation);

        BlockHeader? genesis = await node.BlockAsync(BlockRef.At(0), Cancellation);
        EthCallOutcome[] answers = await node.CallManyAsync([.. Enumerable.Repeat(new EthCall(Address.Zero, new byte[4]), 20)], BlockRef.Latest, Cancellation);

        Assert.Equal(LocalChain.ChainId, await node.ChainIdAsync(Cancellation));
        Assert.Equal(0ul, genesis!.Number);
        Assert.All(answers, answer => Assert.True(answer.Success));
        Assert.True(node.Endpoints[0].Count(EndpointOutcome.Answered) >= 3);
    }

    [Theory]
    [InlineData("public")]
    [InlineData("public-sync")]
    public async Task Submit_TransactionOfOurs_IsTakenMinedAndKnownAfterwards(string channel)
    {
        using DevnetFolder folder = new();
        await using AnvilNode anvil = await StartAsync(folder.Path);
        await using EthereumNode node = await EthereumNode.ConnectAsync($"http://127.0.0.1:{anvil.Port}", Cancellation);
        await FundAsync(node);
        (byte[] raw, Hash32 hash) = Transfer(nonce: 0);
        ISubmitChannel lane = SubmitChannels.Create(channel, node);

        ChannelAnswer first = await lane.SubmitAsync(raw, hash, Cancellation);
        Assert.Equal(AnswerClass.Accepted, first.Class);
        Receipt? receipt = null;
        while (receipt is null)
            receipt = await node.ReceiptAsync(hash, Cancellation);
        ChannelAnswer again = await lane.SubmitAsync(raw, hash, Cancellation);

        Assert.True(receipt.Succeeded);
        Assert.True(receipt.DataFeeWei.IsZero);
        Assert.True(again.Class is AnswerClass.NonceTooLow or AnswerClass.Known, $"{again}");
    }

    [Fact]
    public async Task Submit_ConditionalToANodeWithoutTheMethod_IsRefusedAndNothingIsPooled()
    {
        using DevnetFolder folder = new();
        await using AnvilNode anvil = await StartAsync(folder.Path);
        await using EthereumNode node = await EthereumNode.ConnectAsync($"http://127.0.0.1:{anvil.Port}", Cancellation);

        SendOutcome outcome = await node.SendRawTransactionConditionalAsync(Transfer(nonce: 0).Raw, new SendCondition(4_000_000_000), Cancellation);

        Assert.Equal(RpcError.MethodNotFoundCode, outcome.Error!.Code);
        Assert.Equal(0ul, await node.NonceAsync(Account(), BlockRef.Pending, Cancellation));
    }

    private static TransactionSigner Signer()
    {
        byte[] key = new byte[32];
        key.AsSpan().Fill(0x46);
        return new TransactionSigner(new PrivateKey(key), LocalChain.ChainId);
    }

    private static Address Account()
    {
        using TransactionSigner signer = Signer();
        return signer.Address;
    }

    private static Task FundAsync(EthereumNode node)
    {
        using TransactionSigner signer = Signer();
        string account = signer.Address.ToString();
        return node.InvokeAsync("anvil_setBalance", writer =>
        {
            writer.WriteStringValue(account);
            writer.WriteStringValue("0xde0b6b3a7640000"u8);
        }, Cancellation);
    }

    private static (byte[] Raw, Hash32 Hash) Transfer(ulong nonce)
    {
        using TransactionSigner signer = Signer();
        Eip1559Transaction transaction = new()
        {
            Nonce = nonce,
            MaxFeePerGasWei = 10_000_000_000,
            MaxPriorityFeePerGasWei = 1_000_000_000,
            GasLimit = 21_000,
            To = Address.Parse("0x00000000000000000000000000000000000000aa"),
        };
        byte[] raw = new byte[signer.MaxLength(in transaction)];
        int length = signer.Sign(in transaction, raw, out Hash32 hash);
        return (raw[..length], hash);
    }

    private static async Task<AnvilNode> StartAsync(string folder)
    {
        DevnetParts parts = await new DevnetInstaller().EnsureAsync(Cancellation);
        return await AnvilNode.StartAsync(parts.NodeProgram, new AnvilOptions(1, LocalChain.ChainId, 0, null, null), folder, Cancellation);
    }
}
