using FastRebalance.Core.Assets;
using FastRebalance.Ethereum.Signers;
using FastRebalance.Ethereum.Transactions;
using FastRebalance.Execution;
using FastRebalance.UnitTests.Ethereum.Signers;

namespace FastRebalance.UnitTests.Execution;

/// <summary>The executor with a signer behind a scripted HTTP door: orders go through, and whatever the door does wrong, nothing leaves.</summary>
public sealed class RemoteSigningTests : IAsyncDisposable
{
    private readonly ScriptedSigner _door = new();

    public ValueTask DisposeAsync() => _door.DisposeAsync();

    [Theory]
    [InlineData(Web3Signer.KindName)]
    [InlineData(HashSigner.KindName)]
    public async Task Order_RemoteSigner_IsSentIncludedAndFinal(string kind)
    {
        if (kind == HashSigner.KindName)
            _door.OnHash = hash => $$"""{"signature":"{{FastRebalance.Ethereum.Encoding.Hex.Encode(_door.Key.SignDigest(in hash).Span)}}"}""";
        using IAccountSigner remote = _door.Client(kind);
        await using OrderBench bench = await OrderBench.StartedAsync(remote: remote);
        bench.Order(1);
        Assert.Equal(["1 Submitted"], await bench.Reports(1));
        Assert.Equal(bench.Logged, bench.Chain.Sent.Select(sent => sent.Hash));
        Assert.True(TransactionDecoder.Decode(bench.Chain.Sent[0].Raw, out SignedTransaction signed).IsValid);
        Assert.True(signed.TryRecoverSender(out Address sender));
        Assert.Equal((OrderBench.Account, 7ul), (sender, signed.Fields.Nonce));
        bench.Chain.Mine(bench.Chain.Sent[0].Hash, true, OrderBench.SwapLog(990));
        bench.Chain.Mine();
        bench.Chain.Mine();
        Assert.Equal(["1 Submitted", "1 Included", "1 leg 0: 1000 for 990", "1 Final"], await bench.Reports(4));
    }

    [Fact]
    public async Task Order_SignerIsDown_NotSentWithItsNameAndTheNextOrderIsTraded()
    {
        using IAccountSigner remote = _door.Client();
        await using OrderBench bench = await OrderBench.StartedAsync(remote: remote);
        _door.Instead = "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n";
        bench.Order(1);
        Assert.Equal(["1 NotSent"], await bench.Reports(1));
        Assert.Contains("the signer refused: HTTP 503", bench.Executor.Outcomes()[0].Reason, StringComparison.Ordinal);
        Assert.Empty(bench.Chain.Sent);
        Assert.Equal(ExecutorState.Running, bench.Executor.State);
        _door.Instead = null;
        bench.Order(2);
        Assert.Equal(["1 NotSent", "2 Submitted"], await bench.Reports(2));
        Assert.Equal(7ul, bench.Executor.Outcomes()[1].Nonce); // the first one's nonce came back
    }

    [Theory]
    [InlineData("nonce", "the signer signed another transaction: nonce 8 instead of 7")]
    [InlineData("to", "the signer signed another transaction: to")]
    [InlineData("chain", "the signer signed for another chain")]
    [InlineData("high s", "one that no chain accepts")]
    public async Task Order_SignerSignsSomethingElse_NothingLeavesAndTradingStops(string fault, string reason)
    {
        using IAccountSigner remote = _door.Client();
        await using OrderBench bench = await OrderBench.StartedAsync(remote: remote);
        _door.Change = fields => fault switch
        {
            "nonce" => fields with { Nonce = fields.Nonce + 1 },
            "to" => fields with { To = World.Token(0x66) },
            "chain" => fields with { ChainId = 6 },
            _ => fields,
        };
        if (fault == "high s")
            _door.Spoil = RemoteSignerTests.WithHighS;
        bench.Order(1);
        Assert.Equal(["1 NotSent", "Kill"], (await bench.Reports(2)).Order(StringComparer.Ordinal));
        Assert.Contains(reason, bench.Executor.StopReason, StringComparison.Ordinal);
        Assert.Empty(bench.Chain.Sent);
        Assert.Empty(bench.Logged);
        Assert.Equal(ExecutorState.Faulted, bench.Executor.State);
    }

    [Fact]
    public async Task Order_OperatorSpeaksWhileTheSignerThinks_NothingLeaves()
    {
        TaskCompletionSource release = new();
        using IAccountSigner remote = _door.Client();
        await using OrderBench bench = await OrderBench.StartedAsync(remote: remote);
        _door.Before = release.Task;
        bench.Order(1);
        await OrderBench.Until(() => _door.Bodies.Count > 0);
        bench.Executor.Kill("the operator said so");
        release.SetResult();
        Assert.Equal(["1 NotSent"], await bench.Reports(1));
        Assert.Contains("the operator said so", bench.Executor.Outcomes()[0].Reason, StringComparison.Ordinal);
        Assert.Empty(bench.Chain.Sent);
        Assert.Empty(bench.Logged);
    }

    [Fact]
    public async Task Order_SignerGoesDownWhileItIsOut_WhatIsOutStaysAndTheReplacementIsSignedLater()
    {
        using IAccountSigner remote = _door.Client();
        await using OrderBench bench = await OrderBench.StartedAsync(setup => setup with { RepriceAfterHeads = 1, ResendAfterHeads = 100 }, remote);
        bench.Order(1);
        await bench.Reports(1);
        _door.Instead = "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n";
        int asked = _door.Bodies.Count;
        bench.Chain.Mine();
        await OrderBench.Until(() => _door.Bodies.Count > asked);
        await OrderBench.Until(() => bench.Executor.Outcomes()[0].Reason.Contains("503", StringComparison.Ordinal));
        Assert.Single(bench.Chain.Sent);
        Assert.Equal(ExecutorState.Running, bench.Executor.State);
        _door.Instead = null;
        bench.Chain.Mine();
        Assert.Equal(["1 Submitted", "1 Replaced"], await bench.Reports(2));
        Assert.Equal(2, bench.Chain.Sent.Count);
        Assert.Equal(bench.Logged, bench.Chain.Sent.Select(sent => sent.Hash));
    }

    [Fact]
    public async Task StopAsync_SignerHangs_EndsAndNothingLeaves()
    {
        using IAccountSigner remote = _door.Client();
        await using OrderBench bench = await OrderBench.StartedAsync(remote: remote);
        _door.Before = new TaskCompletionSource().Task;
        bench.Order(1);
        await OrderBench.Until(() => _door.Bodies.Count > 0);
        await bench.Executor.StopAsync(TimeSpan.Zero);
        Assert.Empty(bench.Chain.Sent);
        Assert.Equal(ExecutorState.Stopped, bench.Executor.State);
    }
}
