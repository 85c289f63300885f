using FastRebalance.Core.Assets;
using FastRebalance.Ethereum.Chains;
using FastRebalance.Ethereum.Rpc;
using FastRebalance.MarketData.Feeds;
using FastRebalance.Tests;

namespace FastRebalance.UnitTests.MarketData;

public sealed class DataFeeGaugeTests
{
    private readonly FakeChain _chain = new();
    private readonly ScriptedFee _fee = new();

    [Fact]
    public async Task Settle_ChainWithoutAFee_IsZeroAndAsksNothing()
    {
        DataFeeGauge gauge = new(_chain, null, ReadOnlyMemory<byte>.Empty, 0);
        gauge.Refresh(_chain.Latest.Header.Hash, CancellationToken.None);
        await gauge.SettleAsync();
        Assert.Equal(0ul, gauge.FeeWei);
        Assert.Equal(0, _chain.Batches);
    }

    [Fact]
    public async Task Settle_FeeIsTold_IsWhatTheUsualTransactionCosts()
    {
        DataFeeGauge gauge = await AskedAsync();
        Assert.Equal(3ul * 1000 + 7, gauge.FeeWei);
    }

    [Fact]
    public async Task Settle_FeeIsLargerThanFits_IsTheLargestThatDoes()
    {
        _fee.PricePerByte = UInt256.One << 100;
        Assert.Equal(ulong.MaxValue, (await AskedAsync()).FeeWei);
    }

    // Not known is not free: the feed may not tell a head with a cost of nothing.
    [Fact]
    public async Task Settle_FeeWasNeverTold_Throws()
    {
        _fee.IsTold = false;
        await Assert.ThrowsAsync<RpcTransportException>(AskedAsync);
        _chain.Trouble = _ => new RpcTransportException("scripted");
        _fee.IsTold = true;
        await Assert.ThrowsAsync<RpcTransportException>(AskedAsync);
    }

    [Fact]
    public async Task Refresh_NodeFailsLater_KeepsTheLastAnswer()
    {
        DataFeeGauge gauge = await AskedAsync();
        _chain.Trouble = _ => new RpcTransportException("scripted");
        gauge.Refresh(_chain.Latest.Header.Hash, CancellationToken.None);
        await gauge.SettleAsync();
        Assert.Equal(3007ul, gauge.FeeWei);
    }

    private async Task<DataFeeGauge> AskedAsync()
    {
        DataFeeGauge gauge = new(_chain, _fee, new byte[3], 7);
        gauge.Refresh(_chain.Latest.Header.Hash, CancellationToken.None);
        await gauge.SettleAsync();
        return gauge;
    }

    /// <summary>So much for a byte, and one wei for a unit of gas.</summary>
    private sealed class ScriptedFee : IDataFee, IDataFeeTerms
    {
        public bool IsTold { get; set; } = true;

        public UInt256 PricePerByte { get; set; } = 1000;

        public bool IsInGasEstimate => false;

        public IReadOnlyList<EthCall> Questions => [];

        public bool TryRead(IReadOnlyList<EthCallOutcome> answers, out IDataFeeTerms? terms)
        {
            terms = IsTold ? this : null;
            return IsTold;
        }

        public UInt256 FeeWei(ReadOnlySpan<byte> signed, ulong gas) => PricePerByte * (ulong)signed.Length + gas;
    }
}
