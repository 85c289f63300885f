using FastRebalance.Core.Assets;
using FastRebalance.Core.Events;
using FastRebalance.Core.Results;
using FastRebalance.Engine;

namespace FastRebalance.UnitTests.Engine;

/// <summary>
/// What is decided while an order is under way: the desk of 100 WETH, 5 WBTC and 50000 USDC has sold 3 WBTC in two legs, one for USDC and
/// one for WETH.
/// </summary>
public class OrderUnderWayTests
{
    private readonly PoolBench _bench = new PoolBench().Started();
    private readonly OrderLeg[] _legs;
    private readonly ulong _order;

    public OrderUnderWayTests()
    {
        _legs = _bench.LastLegs;
        _order = _bench.LastDecision.OrderId;
        Assert.Equal([PoolBench.Wbtc, PoolBench.Wbtc], _legs.Select(leg => leg.Sell));
        Assert.Equal([PoolBench.Usdc, PoolBench.Weth], _legs.Select(leg => leg.Buy));
    }

    private MarketState Market => _bench.Pipeline.Market;

    [Fact]
    public void Decide_LegsThatSellTheSame_EachKeepsWhatIsLeftAfterIt()
    {
        UInt256 held = Market.Holdings[PoolBench.Wbtc.Index];

        Assert.Equal(held - _legs[0].AmountIn, _legs[0].KeepBalance);
        Assert.Equal(held - _legs[0].AmountIn - _legs[1].AmountIn, _legs[1].KeepBalance);
    }

    [Fact]
    public void KeepTheRest_SellsWhatALegBeforeBrings_CountsThatAsThere()
    {
        OrderLeg[] legs = [_legs[0], _legs[0] with { Sell = _legs[0].Buy, Buy = _legs[0].Sell, AmountIn = _legs[0].ExpectedOut / 3, ExpectedOut = 1 }];
        MarketState fresh = new PoolBench().Pipeline.Market;
        UInt256 bought = fresh.Holdings[_legs[0].Buy.Index];

        fresh.KeepTheRest(legs);

        Assert.Equal(bought + _legs[0].ExpectedOut - _legs[0].ExpectedOut / 3, legs[1].KeepBalance);
    }

    [Fact]
    public void KeepTheRest_AnOrderIsUnderWay_KeepsNothingBack()
    {
        OrderLeg[] legs = [_legs[0] with { KeepBalance = 0 }];
        Market.KeepTheRest(legs);
        Assert.True(legs[0].KeepBalance.IsZero);
    }

    [Fact]
    public void Decide_TheOrderWillCureIt_IsInsideTheBand()
    {
        _bench.EndBlock();

        Assert.Equal(DecisionVerdict.InsideBand, _bench.LastDecision.Decision.Verdict);
        Assert.True(Market.Orders.IsInFlight);
        Assert.InRange(_bench.LastDecision.Decision.MaxDrift, 0, 0.01);
    }

    [Fact]
    public void Decide_PricesAskForMoreThanTheOrder_IsInFlight()
    {
        _bench.Tick(PoolBench.Wbtc, 90_000);
        Assert.Equal(DecisionVerdict.InFlight, _bench.LastDecision.Decision.Verdict);

        _bench.Tick(PoolBench.Wbtc, 60_000);
        Assert.Equal(DecisionVerdict.InsideBand, _bench.LastDecision.Decision.Verdict);
    }

    [Fact]
    public void Quantities_UnderWay_AreAtTheLegsLeastAndHoldingsAreReal()
    {
        AssertQuantity(PoolBench.Wbtc, Units(PoolBench.Wbtc, 5) - Sold);
        AssertQuantity(PoolBench.Usdc, Units(PoolBench.Usdc, 50_000) + _legs[0].MinimumOut);
        AssertQuantity(PoolBench.Weth, Units(PoolBench.Weth, 100) + _legs[1].MinimumOut);
        Assert.Equal(Units(PoolBench.Wbtc, 5), Market.Holdings[PoolBench.Wbtc.Index]);
        Assert.Equal(Units(PoolBench.Usdc, 50_000), Market.Holdings[PoolBench.Usdc.Index]);
    }

    [Fact]
    public void Quantities_LegTold_TakeItsRealAmounts()
    {
        _bench.Report(Report(SubmitStatus.Included, _bench.Height + 2));
        _bench.Fill(_order, 0, _legs[0].AmountIn, _legs[0].ExpectedOut);
        _bench.EndBlock();

        Assert.True(Market.Orders.IsInFlight);
        AssertQuantity(PoolBench.Usdc, Units(PoolBench.Usdc, 50_000) + _legs[0].ExpectedOut);
        AssertQuantity(PoolBench.Wbtc, Units(PoolBench.Wbtc, 5) - _legs[0].AmountIn);
        AssertQuantity(PoolBench.Weth, Units(PoolBench.Weth, 100)); // the other leg did not fill
    }

    [Theory]
    [InlineData(SubmitStatus.Reverted)]
    [InlineData(SubmitStatus.Dropped)]
    [InlineData(SubmitStatus.NotSent)]
    public void Decide_OrderEndedWithoutATrade_OrdersAgain(SubmitStatus status)
    {
        _bench.Report(Report(status, _bench.Height));
        _bench.EndBlock();

        Assert.Equal(DecisionVerdict.Order, _bench.LastDecision.Decision.Verdict);
        Assert.NotEqual(_order, _bench.LastDecision.OrderId);
        Assert.Equal(_legs.Select(leg => leg.AmountIn), _bench.LastLegs.Select(leg => leg.AmountIn));
    }

    [Fact]
    public void Decide_HoldingsTellBeforeTheReport_AreNotCountedTwice()
    {
        _bench.HoldUnits(PoolBench.Wbtc, Units(PoolBench.Wbtc, 5) - Sold);
        _bench.HoldUnits(PoolBench.Usdc, Units(PoolBench.Usdc, 50_000) + _legs[0].ExpectedOut);
        _bench.HoldUnits(PoolBench.Weth, Units(PoolBench.Weth, 100) + _legs[1].ExpectedOut);
        _bench.EndBlock();

        AssertHeld();
        Assert.Equal(DecisionVerdict.InsideBand, _bench.LastDecision.Decision.Verdict);
    }

    [Fact]
    public void Decide_PartOfTheOrderFilled_SizesTheNextOnWhatIsHeld()
    {
        UInt256 spent = _legs[0].AmountIn >> 1, received = _legs[0].ExpectedOut >> 1;
        _bench.Report(Report(SubmitStatus.Included, _bench.Height + 1));
        _bench.Fill(_order, 0, spent, received);
        _bench.HoldUnits(PoolBench.Wbtc, Units(PoolBench.Wbtc, 5) - spent);
        _bench.HoldUnits(PoolBench.Usdc, Units(PoolBench.Usdc, 50_000) + received);
        _bench.EndBlock();

        Assert.Equal(DecisionVerdict.Order, _bench.LastDecision.Decision.Verdict);
        UInt256 sold = _bench.LastLegs.Where(leg => leg.Sell == PoolBench.Wbtc).Aggregate(UInt256.Zero, (sum, leg) => sum + leg.AmountIn);
        // What the first order did not do, but for the little that its fees have made the portfolio smaller.
        Assert.Equal((double)(Sold - spent), (double)sold, (double)Sold * 0.01);
        Assert.True(sold < Units(PoolBench.Wbtc, 5) - spent);
    }

    [Fact]
    public void Quantities_Settled_AreWhatIsHeld()
    {
        _bench.Report(Report(SubmitStatus.Included, _bench.Height + 1));
        _bench.Fill(_order, 0, _legs[0].AmountIn, _legs[0].ExpectedOut);
        _bench.Fill(_order, 1, _legs[1].AmountIn, _legs[1].ExpectedOut);
        _bench.HoldUnits(PoolBench.Wbtc, Units(PoolBench.Wbtc, 5) - Sold);
        _bench.HoldUnits(PoolBench.Usdc, Units(PoolBench.Usdc, 50_000) + _legs[0].ExpectedOut);
        _bench.HoldUnits(PoolBench.Weth, Units(PoolBench.Weth, 100) + _legs[1].ExpectedOut);
        _bench.EndBlock();

        Assert.False(Market.Orders.IsInFlight);
        AssertHeld();
    }

    [Fact]
    public void Quantities_ReorgedAway_AreUnderWayAgain()
    {
        _bench.Report(Report(SubmitStatus.Included, _bench.Height + 1));
        _bench.Fill(_order, 0, _legs[0].AmountIn, _legs[0].ExpectedOut);
        _bench.HoldUnits(PoolBench.Wbtc, Units(PoolBench.Wbtc, 5) - Sold);
        _bench.HoldUnits(PoolBench.Usdc, Units(PoolBench.Usdc, 180_000));
        _bench.HoldUnits(PoolBench.Weth, Units(PoolBench.Weth, 120));
        _bench.EndBlock();
        Assert.False(Market.Orders.IsInFlight);

        _bench.Report(Report(SubmitStatus.Reorged, 0));
        _bench.HoldUnits(PoolBench.Wbtc, Units(PoolBench.Wbtc, 5));
        _bench.HoldUnits(PoolBench.Usdc, Units(PoolBench.Usdc, 50_000));
        _bench.HoldUnits(PoolBench.Weth, Units(PoolBench.Weth, 100));
        _bench.EndBlock();

        Assert.True(Market.Orders.IsInFlight);
        AssertQuantity(PoolBench.Wbtc, Units(PoolBench.Wbtc, 5) - Sold);
        AssertQuantity(PoolBench.Usdc, Units(PoolBench.Usdc, 50_000) + _legs[0].MinimumOut);
    }

    private UInt256 Sold => _legs[0].AmountIn + _legs[1].AmountIn;

    private static UInt256 Units(AssetId asset, double tokens) => PoolBench.Units(asset, tokens);

    private void AssertHeld()
    {
        for (int i = 0; i < 3; i++)
            AssertQuantity(AssetId.FromIndex(i), Market.Holdings[i]);
    }

    private void AssertQuantity(AssetId asset, UInt256 units) =>
        Assert.Equal((double)units / Market.UnitsPerToken[asset.Index], Market.Quantities[asset.Index]);

    private OrderReport Report(SubmitStatus status, ulong block) => new() { OrderId = _order, Status = status, IncludedBlock = block };
}
