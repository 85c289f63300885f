using FastRebalance.Amm;
using FastRebalance.Core.Results;
using FastRebalance.Ethereum.Encoding;
using FastRebalance.Ethereum.Signers;
using FastRebalance.Execution;
using FastRebalance.Tests;

namespace FastRebalance.ChainTests;

/// <summary>Orders on a real node, signed by another program: a scripted HTTP signer that speaks as web3signer does, and one that is given a hash.</summary>
public sealed class RemoteSigningTests
{
    [Theory]
    [InlineData(Web3Signer.KindName)]
    [InlineData(HashSigner.KindName)]
    public async Task Order_RemoteSigner_IsMinedAndAFalseSignatureNeverLeaves(string kind)
    {
        ExecutionDesk started = await ExecutionDesk.StartAsync();
        await using ScriptedSigner door = new(started.Signer);
        if (kind == HashSigner.KindName)
            door.OnHash = hash => $$"""{"signature":"{{Hex.Encode(door.Key.SignDigest(in hash).Span[..64])}}"}""";
        using IAccountSigner remote = door.Client(kind);
        started.Remote = remote;
        await using ExecutionDesk desk = await started.TradeAsync();
        desk.Order(1, desk.Leg("USDC", "WETH", 1_000_000_000, desk.PoolOf(UniswapV3Pool.KindName, "USDC", "WETH", 500)));
        Assert.Equal([SubmitStatus.Submitted, SubmitStatus.Included], await desk.Statuses(2));
        Assert.Single(desk.Logged);

        door.Change = static fields => fields with { GasLimit = fields.GasLimit + 1 };
        door.OnHash = kind == HashSigner.KindName ? _ => """{"signature":"0x00"}""" : null;
        desk.Order(2, desk.Leg("USDC", "WBTC", 1_000_000, desk.PoolOf(UniswapV3Pool.KindName, "USDC", "WBTC")));
        await desk.UntilAsync(() => desk.Executor.Outcomes().Count == 2 && desk.Executor.Outcomes()[1].Status == SubmitStatus.NotSent);
        Assert.Contains("the signer", desk.Executor.Outcomes()[1].Reason, StringComparison.Ordinal);
        Assert.Single(desk.Logged);
        // Another transaction than asked for stops trading; no signature at all stops this order only.
        Assert.Equal(kind == Web3Signer.KindName ? ExecutorState.Faulted : ExecutorState.Running, desk.Executor.State);
    }
}
