using FastRebalance.Amm;
using FastRebalance.Core.Assets;
using FastRebalance.Core.Baskets;
using FastRebalance.Core.Events;
using FastRebalance.Core.Results;
using FastRebalance.Engine.Sizing;
using FastRebalance.Routing.Baskets;
using FastRebalance.Verification;

namespace FastRebalance.Engine.Routing;

/// <summary>
/// Routes all trades of a pass as one basket: what one sells another may buy, a trade may be spread over parallel pools, and gas decides over how
/// many. Stands in for the single paths where it is worth more. Owned by the engine thread; allocates nothing once the pools have settled.
/// </summary>
internal sealed class BasketRouter
{
    private readonly MarketState _market;
    private readonly BasketPlanner _planner;
    private readonly BasketRequest _request;
    private readonly BasketPlan _plan;
    private readonly PlanReplay _lastLook;
    private readonly byte[] _barred;
    private readonly int[] _incoming; // by asset: legs that bring it
    private readonly int[] _outgoing; // by asset: the last leg that sells it
    private readonly int[] _outgoingCount;
    private readonly UInt256[] _sold; // by asset
    private readonly OrderLeg[] _legs = new OrderLeg[RebalanceCycle.MaxLegs];
    private int _legCount;
    private uint _gas;

    /// <param name="managed">Takes the managed solver even where the native one is there.</param>
    public BasketRouter(EngineSetup setup, MarketState market, bool managed)
    {
        int assets = setup.Assets.Count;
        _market = market;
        _planner = new BasketPlanner(setup.Pools, assets, managed);
        _request = new BasketRequest(assets);
        _plan = new BasketPlan(assets, _planner.MaxLegs);
        _lastLook = new PlanReplay(setup.Pools, assets, BasketPlanner.LegGas);
        _barred = new byte[setup.Pools.Count];
        foreach (Pool pool in setup.Pools)
            _barred[pool.Id.Index] = pool.TakesOrders ? (byte)0 : (byte)1;
        _incoming = new int[assets];
        _outgoing = new int[assets];
        _outgoingCount = new int[assets];
        _sold = new UInt256[assets];
    }

    /// <summary>Puts the basket's legs in the place of those in the cycle, where it keeps risk's bounds and is worth more.</summary>
    /// <param name="cycle">The pass, with the legs of the single paths.</param>
    /// <param name="isWhole">The single paths trade all that was sized.</param>
    public void Improve(RebalanceCycle cycle, bool isWhole)
    {
        Ask(cycle);
        if (_planner.Plan(_request, _barred, _plan) != BasketStatus.Planned
            || !TryMakeLegs(cycle)
            || _lastLook.Check(_request, _plan) != PlanVerdict.Verified)
            return;
        if (isWhole && NetOf(_legs.AsSpan(0, _legCount), _gas) <= NetOf(cycle.Legs, cycle.ExpectedGas))
            return;
        cycle.RestartLegs();
        for (int i = 0; i < _legCount; i++)
            cycle.Add(in _legs[i]);
        cycle.ExpectedGas = _gas;
        cycle.Route = RouteStatus.Found;
    }

    /// <summary>What the trades sell is all that may be traded, and it is to become what they buy, in their proportions.</summary>
    private void Ask(RebalanceCycle cycle)
    {
        Array.Clear(_request.Holdings);
        Array.Clear(_request.Weights);
        double total = 0;
        foreach (ref readonly Trade trade in cycle.Trades)
        {
            _request.Holdings[trade.Sell.Index] += trade.AmountIn;
            _request.Weights[trade.Buy.Index] += trade.ValueNumeraire;
            total += trade.ValueNumeraire;
        }
        for (int a = 0; a < _request.AssetCount; a++)
        {
            _request.Weights[a] /= total;
            _request.ReferencePrices[a] = _market.Prices[a] / _market.UnitsPerToken[a];
        }
        _request.Goal = cycle.Trades.Length == 1 ? BasketGoal.MostOfOne : BasketGoal.TargetWeights;
        _request.Kept = cycle.Trades[0].Buy;
        _request.MaxSlippage = cycle.Bounds.MaxSlippage.Fraction;
        _request.NumerairePerGas = _market.WeiPerGas * _market.NumerairePerWei;
    }

    /// <summary>
    /// Strings the plan's legs to paths. A leg's input must be known when the order is signed: each path begins with what is held, and an asset
    /// on the way is brought by one leg and sold by one, whole.
    /// </summary>
    private bool TryMakeLegs(RebalanceCycle cycle)
    {
        Count();
        _legCount = 0;
        _gas = GasModel.Transaction;
        ReadOnlySpan<BasketLeg> legs = _plan.Legs;
        for (int i = 0; i < legs.Length; i++)
        {
            if (_request.Holdings[legs[i].Sell.Index].IsZero)
                continue; // on the way of a path that begins elsewhere
            if (_legCount == _legs.Length || !TryFollow(cycle, i, out _legs[_legCount]))
                return false;
            _legCount++;
        }
        return _legCount > 0 && AllArrives();
    }

    private void Count()
    {
        Array.Clear(_incoming);
        Array.Clear(_outgoingCount);
        Array.Clear(_sold);
        ReadOnlySpan<BasketLeg> legs = _plan.Legs;
        for (int i = 0; i < legs.Length; i++)
        {
            _incoming[legs[i].Buy.Index]++;
            _outgoing[legs[i].Sell.Index] = i;
            _outgoingCount[legs[i].Sell.Index]++;
            _sold[legs[i].Sell.Index] += legs[i].AmountIn;
        }
    }

    private bool TryFollow(RebalanceCycle cycle, int first, out OrderLeg path)
    {
        ReadOnlySpan<BasketLeg> legs = _plan.Legs;
        path = default;
        path.Sell = legs[first].Sell;
        path.AmountIn = legs[first].AmountIn;
        int at = first;
        for (int hop = 0; ; hop++)
        {
            ref readonly BasketLeg leg = ref legs[at];
            if (hop == OrderEvent.MaxHops)
                return false;
            path.SetHop(hop, leg.Pool, leg.Sell);
            path.Buy = leg.Buy;
            path.ExpectedOut = leg.ExpectedOut;
            _gas += leg.Gas - BasketPlanner.LegGas;
            int asset = leg.Buy.Index;
            bool isEnd = _outgoingCount[asset] == 0 || _sold[asset] <= _request.Holdings[asset];
            if (isEnd)
                break;
            if (_incoming[asset] != 1 || _outgoingCount[asset] != 1 || !_request.Holdings[asset].IsZero
                || legs[_outgoing[asset]].AmountIn != leg.ExpectedOut)
                return false;
            at = _outgoing[asset];
        }
        _gas += GasModel.Leg;
        return Router.TryMinimumOut(_market, path.Sell, path.Buy, in path.AmountIn, cycle.Bounds.MaxSlippage, out path.MinimumOut)
            && path.ExpectedOut >= path.MinimumOut;
    }

    /// <summary>What is sold is sold whole, and everything ends up in what was to be bought.</summary>
    private bool AllArrives()
    {
        for (int a = 0; a < _request.AssetCount; a++)
            if (_request.Weights[a] == 0 && !_plan.FinalHoldings[a].IsZero)
                return false;
        return true;
    }

    /// <summary>Numeraire that the legs bring more than they take, gas taken off.</summary>
    private double NetOf(ReadOnlySpan<OrderLeg> legs, uint gas)
    {
        double net = -gas * _request.NumerairePerGas;
        foreach (ref readonly OrderLeg leg in legs)
            net += (double)leg.ExpectedOut * _request.ReferencePrices[leg.Buy.Index] - (double)leg.AmountIn * _request.ReferencePrices[leg.Sell.Index];
        return net;
    }
}
