using FastRebalance.Amm;
using FastRebalance.Core.Assets;
using FastRebalance.Core.Baskets;
using FastRebalance.Native;
using FastRebalance.Routing.Duals;

namespace FastRebalance.Routing.Baskets;

/// <summary>
/// Plans a whole portfolio change at once: which pools to sell what into, so that the goal is reached as nearly as fees and gas leave it worth
/// while; to the unit, with the proof how near. What it has learned of one answer serves the next. Owned by one thread; after the pools
/// have settled it allocates nothing.
/// </summary>
public sealed class BasketPlanner
{
    /// <summary>Gas of a leg beside its pool's own swap: calldata, allowance, transfer.</summary>
    public const uint LegGas = 25_000;

    // Reference prices may drift by this before everything is written anew; the answer does not depend on them where the goal has none of its own.
    private const double MaxReferenceDrift = 0.02;

    private const int MaxRepairs = 12;

    // A plan that is better by less is worth as much as doing nothing, as far as doubles can tell.
    private const double LeastGain = 1e-14;

    // Square root of how far a price may be from its reference: the solver's own prices lose as many digits as lie between them.
    private const double MostRoot = 1e3;

    private const ulong TracePrime = 1099511628211;

    private readonly BasketGraph _graph;
    private readonly BasketNumbers _numbers;
    private readonly PlanBuilder _builder;
    private readonly GasChoice _gas;
    private readonly BasketPlan _other;
    private readonly bool[] _ends;
    private readonly double[] _proven;
    private readonly bool _managed;
    private IDualSolver _solver;
    private ulong _structure;
    private BasketGoal _goal;
    private AssetId _kept = AssetId.None; // its price stands still, at the reference
    private bool _isWarm;
    private int _iterations;
    private ulong _trace;

    /// <param name="pools">Every pool there is.</param>
    /// <param name="assetCount">Assets of the requests.</param>
    /// <param name="managed">Takes the managed solver even where the native one is there.</param>
    /// <exception cref="ArgumentException">A size is outside what a solver can be made for, or a pool holds an asset beyond the count.</exception>
    public BasketPlanner(IReadOnlyList<Pool> pools, int assetCount, bool managed = false)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(assetCount, 2);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(assetCount, DualLimits.MaxTokens);
        foreach (Pool pool in pools)
            foreach (AssetId asset in pool.Assets)
                if (asset.Index >= assetCount)
                    throw new ArgumentException($"{pool} holds {asset}, but there are {assetCount} assets", nameof(pools));
        _managed = managed;
        _graph = new BasketGraph(pools, assetCount);
        _numbers = new BasketNumbers(_graph, assetCount);
        _builder = new PlanBuilder(_graph, assetCount);
        _gas = new GasChoice(_graph, _numbers, SolveAside);
        _other = new BasketPlan(assetCount, _graph.EdgeCapacity);
        _ends = new bool[assetCount];
        _proven = new double[assetCount];
        _solver = MakeSolver();
    }

    /// <summary>Which solver is at work: <c>native</c> or <c>managed</c>.</summary>
    public string SearchName => _solver.Name;

    /// <summary>Most legs that a plan can have.</summary>
    public int MaxLegs => _graph.EdgeCapacity;

    /// <summary>Fills the plan with the answer to the request on the pools as they are now.</summary>
    /// <param name="request">What is wanted; not changed.</param>
    /// <param name="barredPools">One byte per pool, not zero to leave it out; or empty.</param>
    /// <param name="plan">The answer; made for as many assets, and for <see cref="MaxLegs"/>.</param>
    /// <returns>Its status: <see cref="BasketStatus.Planned"/>, or the reason why there is nothing to trade on. Never throws.</returns>
    public BasketStatus Plan(BasketRequest request, ReadOnlySpan<byte> barredPools, BasketPlan plan)
    {
        plan.Clear();
        BasketStatus status = RequestRules.Check(request, _ends.Length, _graph.PoolCount, barredPools.Length);
        if (status == BasketStatus.Unplanned)
            status = PlanSound(request, barredPools, plan);
        plan.Status = status;
        if (status != BasketStatus.Planned)
            plan.ClearLegs();
        return status;
    }

    /// <summary>
    /// Brings the prices up to date for a request like the last one, and no more: what a decision costs that finds nothing changed enough to
    /// plan for.
    /// </summary>
    /// <param name="merit">How far the pools' trades at the prices are from balance; about twice the gap.</param>
    public DualStatus Price(BasketRequest request, out double merit)
    {
        merit = double.PositiveInfinity;
        if (RequestRules.Check(request, _ends.Length, _graph.PoolCount, 0) != BasketStatus.Unplanned)
            return DualStatus.BadNumber;
        Prepare(request);
        if (_graph.EdgeCount == 0)
            return DualStatus.BadLimit;
        _numbers.Read(request, [], LegGas);
        return _numbers.FindTradable() ? Solve(_isWarm, [], out merit) : DualStatus.Unfinished;
    }

    /// <summary>Lets go of what earlier answers have taught: the next one starts from the reference prices.</summary>
    public void Forget() => _isWarm = false;

    /// <summary>True while the pools are as they were when the plan was made.</summary>
    public bool IsCurrent(BasketPlan plan) => plan.StateVersion == _graph.CurrentVersion();

    private BasketStatus PlanSound(BasketRequest request, ReadOnlySpan<byte> barredPools, BasketPlan plan)
    {
        Prepare(request);
        plan.StateVersion = _graph.StateVersion;
        if (_graph.EdgeCount == 0)
            return BasketStatus.EmptyGraph;
        if (!CanReach(request))
            return BasketStatus.Unreachable;
        _iterations = 0;
        _trace = 0;
        _numbers.Read(request, barredPools, LegGas);
        if (!_numbers.FindTradable())
            return BasketStatus.Unreachable;
        if (Solve(_isWarm, _numbers.Over, out _) < 0)
            return BasketStatus.BadNumber;
        _numbers.PriceUntouched();
        _numbers.Eps.CopyTo(_proven.AsSpan());
        if (_numbers.UsesGas)
            _gas.Choose();
        Repair(request, toOneLegAPool: PlanBuilder.IsOwed(request));
        Finish(request, plan);
        if (_builder.IsAnyPoolCrowded)
            TryOneLegAPool(request, plan);
        return Judge(request, plan);
    }

    /// <summary>Legs through one pool share its depth, which the prices know nothing of: one alone may be worth more.</summary>
    private void TryOneLegAPool(BasketRequest request, BasketPlan plan)
    {
        Repair(request, toOneLegAPool: true);
        _other.Clear();
        _other.StateVersion = plan.StateVersion;
        Finish(request, _other);
        if (_other.Gap < plan.Gap)
            plan.CopyFrom(_other);
    }

    private void Prepare(BasketRequest request)
    {
        for (int a = 0; a < _ends.Length; a++)
            _ends[a] = !request.Holdings[a].IsZero || RequestRules.IsWanted(request, a);
        _graph.SetEnds(_ends);
        bool referenceMoved = ReferenceMoved(request);
        if (referenceMoved)
            _graph.SetReference(request.ReferencePrices);
        if (_graph.Refresh())
            _solver = MakeSolver();
        AssetId kept = request.Goal == BasketGoal.MostOfOne ? request.Kept : AssetId.None;
        _isWarm &= !referenceMoved && _structure == _graph.Structure && _goal == request.Goal && _kept == kept;
        if (!_isWarm)
            Array.Clear(_numbers.Eps); // a price that ran away is no start for the next
        _structure = _graph.Structure;
        _goal = request.Goal;
        _kept = kept;
    }

    private bool ReferenceMoved(BasketRequest request)
    {
        // Tracking error is measured at the request's own prices; the other goals only take them for a start.
        double limit = request.Goal == BasketGoal.TrackingError ? 0 : MaxReferenceDrift;
        for (int a = 0; a < _ends.Length; a++)
            if (!(Math.Abs(request.ReferencePrices[a] / _graph.Reference[a] - 1) <= limit))
                return true;
        return false;
    }

    /// <summary>Every asset that the goal cannot do without is held or touches a pool.</summary>
    private bool CanReach(BasketRequest request)
    {
        for (int a = 0; a < _ends.Length; a++)
            if (RequestRules.IsMissing(request, a) && !_graph.Touches(a))
                return false;
        return true;
    }

    private DualStatus Solve(bool keepFactor, Span<double> over, out double merit)
    {
        DualStatus status = _solver.Solve(
            _numbers.Query(keepFactor), _numbers.Tradable.AsSpan(0, _numbers.TokenCount), _graph.Edges, _graph.Segments,
            _numbers.Closed.AsSpan(0, _graph.EdgeCount), _numbers.Eps, over, out DualResult result);
        _isWarm = status is DualStatus.Exact or DualStatus.Approached;
        _iterations += result.Iterations;
        _trace = (_trace ^ result.Trace) * TracePrime;
        merit = result.Merit;
        return status;
    }

    /// <summary>Solves for the ways that are open now, from those prices on.</summary>
    private bool SolveAside(ReadOnlySpan<double> eps)
    {
        eps.CopyTo(_numbers.Eps);
        return _numbers.FindTradable()
            && Solve(keepFactor: false, _numbers.Over, out _) is DualStatus.Exact or DualStatus.Approached;
    }

    /// <summary>Drafts legs until they can be put in order and none stands in another's way in a pool of several assets.</summary>
    private void Repair(BasketRequest request, bool toOneLegAPool)
    {
        for (int i = 0; i < MaxRepairs; i++)
        {
            _builder.Draft(_numbers);
            bool isOrdered = _builder.TryOrder(_numbers, request);
            if (!_builder.CloseCrowdedPools(_numbers.Closed, toOneLegAPool) && isOrdered)
                return;
            if (!SolveAside(_proven))
                return;
        }
    }

    private void Finish(BasketRequest request, BasketPlan plan)
    {
        // From here on the prices are those of the proof, whatever was tried in between; the next request starts from them.
        _proven.CopyTo(_numbers.Eps.AsSpan());
        double pools = Certificate.PoolsGap(_numbers, _graph);
        double nothing = Certificate.HoldingsGap(_numbers, _graph, request.Holdings) + pools;
        if (!RequestRules.IsPaid(request, request.Holdings))
            nothing = double.PositiveInfinity;
        _builder.Build(_numbers, request, plan);
        double gap = Certificate.HoldingsGap(_numbers, _graph, plan.FinalHoldings) + pools - _builder.LegGain;
        if (!RequestRules.IsPaid(request, plan.FinalHoldings))
            gap = double.PositiveInfinity;
        if (!(gap < nothing - LeastGain))
        {
            plan.ClearLegs();
            request.Holdings.AsSpan().CopyTo(plan.FinalHoldings);
            gap = nothing;
        }
        plan.Gap = gap * _numbers.Stretch;
        plan.GapOfDoingNothing = nothing * _numbers.Stretch;
        double gas = plan.LegCount > 0 ? _builder.GasCost * _numbers.Stretch : 0;
        plan.Value = Certificate.GoalOf(request, plan.FinalHoldings) - gas;
        plan.Bound = plan.Value + plan.Gap;
        plan.Iterations = _iterations;
        plan.TraceHash = _trace;
        _graph.SpreadPrices(_numbers, plan.DualPrices);
    }

    private BasketStatus Judge(BasketRequest request, BasketPlan plan)
    {
        if (!double.IsFinite(plan.Gap))
            return BasketStatus.Unreachable;
        if (!IsProvable(request))
            return BasketStatus.NotProven;
        if (!IsCurrent(plan))
            return BasketStatus.StateChanged;
        return plan.LegCount > 0 ? BasketStatus.Planned : BasketStatus.NothingToDo;
    }

    /// <summary>The dual prices lie within the reach of doubles, as far as somebody holds or wants what they price, or it got dear.</summary>
    private bool IsProvable(BasketRequest request)
    {
        for (int t = 0; t < _numbers.TokenCount; t++)
        {
            double root = 1 + _numbers.Eps[t];
            int asset = _graph.AssetOf(t);
            bool matters = _graph.Touches(asset)
                && (!request.Holdings[asset].IsZero || request.Weights[asset] > 0 || !request.Owed[asset].IsZero);
            if (!(root <= MostRoot) || (matters && !(root >= 1 / MostRoot)))
                return false;
        }
        return true;
    }

    private IDualSolver MakeSolver()
    {
        _numbers.MakeRoom();
        return DualSolvers.Best(_ends.Length, _graph.EdgeCapacity, _graph.SegmentCapacity, _managed);
    }
}
