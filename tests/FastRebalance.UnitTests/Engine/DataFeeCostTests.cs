using FastRebalance.Core.Events;
using FastRebalance.Core.Results;
using FastRebalance.Engine.Triggers;

namespace FastRebalance.UnitTests.Engine;

/// <summary>A rollup's fee for bytes, where plans and the ledger count what a rebalance costs.</summary>
public sealed class DataFeeCostTests
{
    private readonly EngineBench _bench = new();

    public DataFeeCostTests()
    {
        _bench.Price(EngineBench.Weth, 2500);
        _bench.Price(EngineBench.Wbtc, 60_000);
    }

    [Fact]
    public void WeiPerGas_WithoutAFee_IsBaseFeeAndTip()
    {
        Head(dataFeeWei: 0);
        Assert.Equal(7.0, _bench.Market.WeiPerGas);
    }

    // The usual rebalance's 300000 units of gas carry the fee of its bytes.
    [Fact]
    public void WeiPerGas_WithAFee_SpreadsItOverTheUsualGas()
    {
        Head(dataFeeWei: 600_000);
        Assert.Equal(7.0 + 2.0, _bench.Market.WeiPerGas);
        Assert.Equal(300_000 * 9.0 * _bench.Market.NumerairePerWei, GasCost.Numeraire(_bench.Market, GasCost.UsualUnits));
    }

    [Fact]
    public void WeiPerGas_NextHeadWithoutAFee_ForgetsIt()
    {
        Head(dataFeeWei: 600_000);
        Head(dataFeeWei: 0);
        Assert.Equal(7.0, _bench.Market.WeiPerGas);
    }

    [Fact]
    public void Apply_ReportOfAPaidFee_IsSpentBesideTheGas()
    {
        MarketEvent e = new() { Kind = MarketEventKind.OrderReport, UnixNs = _bench.NowUnixNs };
        e.Order = new OrderReport
        {
            OrderId = 1, Status = SubmitStatus.Included, GasUsed = 100, EffectiveGasPriceWei = 9, IncludedBlock = 1, DataFeeWei = 500,
        };
        _bench.Market.Apply(in e);

        Assert.Equal(1400 * _bench.Market.NumerairePerWei, _bench.Market.GasSpentToday, 1e-20);
    }

    private void Head(ulong dataFeeWei)
    {
        MarketEvent e = new() { Kind = MarketEventKind.Head, UnixNs = _bench.NowUnixNs, BlockNumber = 1 };
        e.Head = new BlockHead { BaseFeePerGasWei = 5, PriorityFeePerGasWei = 2, DataFeeWei = dataFeeWei };
        _bench.Market.Apply(in e);
    }
}
