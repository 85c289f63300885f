using System.Numerics;
using FastRebalance.Amm;
using FastRebalance.Core.Assets;
using FastRebalance.Core.Events;
using FastRebalance.Core.Results;
using FastRebalance.Engine;
using FastRebalance.Histories;
using FastRebalance.Tests;

namespace FastRebalance.UnitTests.Histories;

/// <summary>One order over one pool of constant product, whose every payment can be worked out by hand.</summary>
public sealed class FollowedOrderTests
{
    private const ulong OrderId = 7;

    private static readonly AssetId s_w = FakeMarket.W, s_u = FakeMarket.U;
    private static readonly BigInteger s_sold = BigInteger.Pow(10, 18);

    private readonly MarketState _market = new(new EngineSetup(
        [new EngineAsset("W", 18), new EngineAsset("U", 6)],
        [new UniswapV2Pool(new PoolFacts(UniswapV2Pool.KindName, FakeMarket.Named(9), FakeMarket.Named(1), FakeMarket.Named(2), 3_000), PoolId.FromIndex(0), [s_w, s_u])],
        s_u, s_w, Epoch: 1));

    private FollowedOrder? _order;

    [Fact]
    public void Close_PoolsMovedBeforeAndInsideTheBlock_TellsTheOneFromTheOther()
    {
        Block(10, 100, 200_000);
        Order();
        Block(11, 110, 181_900); // moved by itself
        Report(SubmitStatus.Included, 12);
        BigInteger first = Paid(110, 181_900, s_sold), paid = first - 25_000_000; // somebody came before: 25 U less
        Fill(s_sold, paid);

        RecordedOrder closed = _order!.Close();

        BigInteger quoted = Paid(100, 200_000, s_sold);
        Assert.Equal(2_000 - Whole(quoted), closed.ExpectedSlippageNumeraire, 1e-9);
        Assert.Equal(2_000 - Whole(paid), closed.RealisedSlippageNumeraire, 1e-9);
        Assert.Equal(Whole(quoted - first), closed.MarketMoveNumeraire!.Value, 1e-9);
        Assert.Equal(25, closed.MevLossNumeraire!.Value, 1e-9);
        Assert.Equal(2_000, closed.TurnoverNumeraire, 1e-9);
    }

    [Fact]
    public void Close_HalfFilled_IsHeldAgainstTheQuoteForThatHalf()
    {
        Block(10, 100, 200_000);
        Order();
        Report(SubmitStatus.Included, 11);
        BigInteger half = s_sold / 2;
        Fill(half, Paid(100, 200_000, half));

        RecordedOrder closed = _order!.Close();

        Assert.Equal(1_000 - Whole(Paid(100, 200_000, half)), closed.ExpectedSlippageNumeraire, 1e-9);
        Assert.Equal(0, closed.MevLossNumeraire!.Value, 1e-9);
        Assert.Equal(0, closed.MarketMoveNumeraire!.Value, 1e-9);
    }

    [Fact]
    public void Close_BlockBeforeItsOwnNotSeen_DoesNotGuess()
    {
        Block(10, 100, 200_000);
        Order();
        Block(11, 100, 200_000);
        Report(SubmitStatus.Included, 14); // 12 and 13 came with 14, as after a gap in the feed
        Fill(s_sold, Paid(100, 200_000, s_sold));

        RecordedOrder closed = _order!.Close();

        Assert.Null(closed.MevLossNumeraire);
        Assert.Null(closed.MarketMoveNumeraire);
        Assert.Equal(closed.ExpectedSlippageNumeraire, closed.RealisedSlippageNumeraire, 1e-9);
    }

    [Fact]
    public void Close_Reverted_CostsItsGasAlone()
    {
        Block(10, 100, 200_000);
        Order();
        Report(SubmitStatus.Reverted, 11);

        RecordedOrder closed = _order!.Close();

        Assert.Equal("3000000000000000", closed.GasWei.ToString());
        Assert.Equal(6, closed.GasNumeraire, 1e-9); // 0.003 of a coin at 2000
        Assert.Equal(0, closed.RealisedSlippageNumeraire);
        Assert.Equal(6, closed.CostBps, 1e-9); // of a portfolio of 10000
        Assert.False(closed.IsFilled);
    }

    [Fact]
    public void Close_ReorganisedAndMinedElsewhere_CountsTheLastFillAlone()
    {
        Block(10, 100, 200_000);
        Order();
        Report(SubmitStatus.Included, 11);
        Fill(s_sold, 1_000_000_000);
        Report(SubmitStatus.Reorged, 0);
        Assert.False(_order!.Close().IsFilled);
        Block(11, 100, 200_000);
        Report(SubmitStatus.Included, 12);
        Fill(s_sold, Paid(100, 200_000, s_sold));

        RecordedOrder closed = _order.Close();

        Assert.Equal(12ul, closed.IncludedBlock);
        Assert.Equal(0, closed.MevLossNumeraire!.Value, 1e-9);
        Assert.Equal("3000000000000000", closed.GasWei.ToString());
    }

    [Fact]
    public void SeeDrift_HeadWithoutTheOrder_WaitsForOneThatHoldsIt()
    {
        Block(10, 100, 200_000);
        Order();
        Report(SubmitStatus.Included, 12);

        _order!.SeeDrift(180, head: 11);
        Assert.Null(_order.Close().DriftRemovedBps);
        _order.SeeDrift(20, head: 12);
        _order.SeeDrift(90, head: 13); // the next pass is not its doing

        Assert.Equal(130, _order.Close().DriftRemovedBps!.Value, 1e-9);
    }

    private static BigInteger Paid(ulong w, ulong u, BigInteger sold)
    {
        BigInteger fee = sold * 997;
        return fee * (u * BigInteger.Pow(10, 6)) / (w * BigInteger.Pow(10, 18) * 1000 + fee);
    }

    private static double Whole(BigInteger u) => (double)u / 1e6;

    private void Order()
    {
        OrderLeg leg = new()
        {
            AmountIn = (UInt256)s_sold, ExpectedOut = (UInt256)Paid(100, 200_000, s_sold), MinimumOut = 1, Sell = s_w, Buy = s_u, Pool0 = PoolId.FromIndex(0),
        };
        RecordedDecision decision = new()
        {
            Sequence = 0, InputSequence = 0, UnixNs = 1, Block = _market.HeadBlock, Portfolio = 1, Passes = 1, Verdict = DecisionVerdict.Order,
            Risk = RiskVerdict.Approved, RiskAsset = AssetId.None, Route = RouteStatus.Unrouted, Tier = PolicyTier.Economic, Trigger = 1,
            ValueNumeraire = 10_000, DriftBps = 150, OrderId = OrderId, Legs = 1,
        };
        _order = new FollowedOrder(decision, [leg], _market);
    }

    private void Block(ulong number, ulong w, ulong u)
    {
        MarketEvent reserves = New(MarketEventKind.Reserves, number, 1);
        reserves.Reserves = new PoolReserves { Reserve0 = FakeMarket.Tokens(w, 18), Reserve1 = FakeMarket.Tokens(u, 6) };
        _market.Apply(in reserves);
        _market.Apply(New(MarketEventKind.PoolReady, number, 1));
        MarketEvent price = New(MarketEventKind.Price, number, s_w.Value);
        price.Price.NumerairePerToken = 2_000;
        _market.Apply(in price);
        _market.Apply(New(MarketEventKind.Head, number, 0));
        _order?.SeeBlockEnd(_market);
    }

    private void Report(SubmitStatus status, ulong block) => _order!.See(
        new OrderReport { OrderId = OrderId, Status = status, IncludedBlock = block, GasUsed = 100_000, EffectiveGasPriceWei = 30_000_000_000 }, _market.NumerairePerWei);

    private void Fill(BigInteger spent, BigInteger received) => _order!.See(
        new LegFill { OrderId = OrderId, Spent = (UInt256)spent, Received = (UInt256)received }, 5, 6, 12);

    private static MarketEvent New(MarketEventKind kind, ulong block, ushort subject) =>
        new() { Kind = kind, BlockNumber = block, Subject = subject, UnixNs = (long)block * 1_000_000_000 };
}
