using FastRebalance.Amm;
using FastRebalance.Core.Assets;
using FastRebalance.Core.Events;
using FastRebalance.Core.Results;
using FastRebalance.Simulation.Markets;

namespace FastRebalance.Simulation.BackTests;

/// <summary>
/// The simulated chain: executes an order whole on the market as it is now, or reverts it whole, and takes the gas in both cases.
/// </summary>
internal sealed class Execution
{
    private readonly BackTestSetup _setup;
    private readonly PriceBoard _board;
    private readonly SimulatedMarket _market;
    private readonly Account _account;
    private readonly Random _failures;
    private readonly double _unitsPerNative;

    public Execution(BackTestSetup setup, PriceBoard board, SimulatedMarket market, Account account)
    {
        _setup = setup;
        _board = board;
        _market = market;
        _account = account;
        _failures = new Random(setup.Seed);
        _unitsPerNative = Math.Pow(10, setup.Assets[setup.Native.Index].Decimals);
    }

    public double NumerairePerWei => _board.Prices[_setup.Native.Index] / _unitsPerNative;

    public SimulatedTrade Execute(PendingOrder order, long unixNs, ulong gasPriceWei, out ulong gasUsed)
    {
        _account.Begin();
        bool isDropped = order.IsPastDeadline;
        string? failure = isDropped ? "its deadline passed before the next block" : RandomFailure();
        List<SimulatedLeg> legs = [];
        double sold = 0, fees = 0, impact = 0, adverse = 0;
        foreach (ref readonly OrderEvent slot in order.Legs)
        {
            OrderLeg leg = slot.Leg;
            UInt256 received = Swap(in leg, ref fees, ref impact, ref failure);
            legs.Add(new SimulatedLeg(leg.Sell, leg.Buy, leg.AmountIn, leg.ExpectedOut, leg.MinimumOut, received));
            sold += Worth(leg.Sell, leg.AmountIn);
            adverse += Worth(leg.Buy, leg.ExpectedOut) - Worth(leg.Buy, received);
        }
        gasUsed = isDropped ? 0 : GasOf(order);
        failure ??= _account.Refusal(_board.Prices);
        _account.End(keeps: failure is null);
        double gas = _account.PayGas(gasUsed * (double)gasPriceWei * NumerairePerWei, _board.Prices);
        bool isDone = failure is null;
        return new SimulatedTrade
        {
            OrderId = order.Decision.OrderId,
            DecidedUnixNs = order.DecidedUnixNs,
            ExecutedUnixNs = unixNs,
            Status = isDropped ? SubmitStatus.Dropped : isDone ? SubmitStatus.Included : SubmitStatus.Reverted,
            Failure = failure,
            Tier = order.Decision.Decision.Tier,
            MaxDrift = order.Decision.Decision.MaxDrift,
            Legs = legs,
            SoldNumeraire = isDone ? sold : 0,
            Fees = isDone ? fees : 0,
            Impact = isDone ? impact : 0,
            Gas = gas,
            AdverseMove = isDone ? adverse : 0,
        };
    }

    /// <summary>One leg through its pools; a failure already there stays, and the leg then only tells what it would have brought.</summary>
    private UInt256 Swap(in OrderLeg leg, ref double fees, ref double impact, ref string? failure)
    {
        if (leg.IsMove ? !_account.TryMove(leg.Sell.Index, in leg.AmountIn) : !_account.TryTake(leg.Sell.Index, in leg.AmountIn))
        {
            failure ??= $"there is less to sell than {leg.AmountIn}";
            return UInt256.Zero;
        }
        if (leg.IsMove)
            return leg.AmountIn;
        UInt256 amount = leg.AmountIn;
        AssetId asset = leg.Sell;
        for (int hop = 0; hop < leg.HopCount; hop++)
        {
            Pool pool = _market.Pools[leg.Pool(hop).Index];
            QuoteStatus status = pool.QuoteExactIn(asset, in amount, out SwapQuote quote);
            if (status != QuoteStatus.Exact)
            {
                failure ??= $"a pool would not trade: {status}";
                return UInt256.Zero;
            }
            SplitCost(pool, asset, in amount, in quote.AmountOut, ref fees, ref impact);
            amount = quote.AmountOut;
            asset = pool.Other(asset);
        }
        if (amount < leg.MinimumOut)
            failure ??= "it would have brought less than its minimum";
        _account.Put(leg.Buy.Index, in amount);
        return amount;
    }

    /// <summary>A vanishing trade pays the proportional cost alone; what more was lost is impact.</summary>
    private void SplitCost(Pool pool, AssetId sell, in UInt256 amountIn, in UInt256 amountOut, ref double fees, ref double impact)
    {
        AssetId buy = pool.Other(sell);
        double worthIn = Worth(sell, amountIn), worthOut = Worth(buy, amountOut);
        double atSpot = pool.TryGetCurve(sell, out SwapCurve curve)
            ? (double)amountIn * curve.Rate / UnitsPerToken(buy) * _board.Prices[buy.Index]
            : worthOut;
        fees += worthIn - atSpot;
        impact += atSpot - worthOut;
    }

    private string? RandomFailure() =>
        _setup.FailureRate > 0 && _failures.NextDouble() < _setup.FailureRate ? "one of the failures that were asked for" : null;

    private ulong GasOf(PendingOrder order) =>
        _setup.GasPerTrade ?? (_setup.GasNumerairePerTrade is null ? order.Decision.Decision.ExpectedGas : BackTest.NominalGas);

    private double Worth(AssetId asset, in UInt256 units) => _account.Tokens(asset.Index, units) * _board.Prices[asset.Index];

    private double UnitsPerToken(AssetId asset) => Math.Pow(10, _setup.Assets[asset.Index].Decimals);
}
