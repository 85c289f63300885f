using FastRebalance.Ethereum.Rpc;
using FastRebalance.MarketData.Feeds;
using FastRebalance.Tests;

namespace FastRebalance.UnitTests.MarketData;

public sealed class TipGaugeTests
{
    [Fact]
    public void TryMiddle_SomeBlocksEmpty_TakesTheMiddleOfTheOthers()
    {
        FeeHistory history = History([0.5, 0, 0.2, 0.9], [9, 0, 1, 5]);
        Assert.True(TipGauge.TryMiddle(history, out ulong tip));
        Assert.Equal(5ul, tip);
    }

    [Fact]
    public void TryMiddle_AllBlocksEmpty_KnowsNothing() => Assert.False(TipGauge.TryMiddle(History([0, 0], [0, 0]), out _));

    [Fact]
    public async Task Refresh_NodeFails_KeepsTheLastAnswer()
    {
        FakeChain chain = new() { TipWei = 11 };
        TipGauge gauge = new(chain, 2);
        Assert.Equal(2ul, gauge.TipWei);
        gauge.Refresh(CancellationToken.None);
        await gauge.SettleAsync();
        Assert.Equal(11ul, gauge.TipWei);
        chain.Trouble = _ => new RpcTransportException("scripted");
        gauge.Refresh(CancellationToken.None);
        await gauge.SettleAsync();
        Assert.Equal(11ul, gauge.TipWei);
    }

    private static FeeHistory History(double[] ratios, ulong[] tips) => new()
    {
        OldestBlock = 0,
        BaseFeePerGasWei = new ulong[ratios.Length + 1],
        GasUsedRatio = ratios,
        RewardWei = [.. tips.Select(tip => new[] { tip })],
    };
}
