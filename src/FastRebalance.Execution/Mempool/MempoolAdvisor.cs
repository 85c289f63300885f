using FastRebalance.Amm;
using FastRebalance.Core.Assets;
using FastRebalance.Core.Events;

namespace FastRebalance.Execution.Mempool;

/// <summary>
/// From an order, the pools and what is pending to an action: patterns that decide by themselves first, then the least of expected cost and
/// weighted tail over the scenarios. A function of its arguments alone. Owned by one thread.
/// </summary>
public sealed class MempoolAdvisor
{
    private const double Bps = 10_000;
    private const int Scenarios = 4;

    private readonly MempoolMarket _market;
    private readonly MempoolOptions _options;
    private readonly PoolOverlay _overlay;
    private readonly Hash32[] _hashes;
    private readonly double[] _weights;
    private UInt256[] _baseOut = [];

    public MempoolAdvisor(MempoolMarket market, PositionBook positions, MempoolOptions options)
    {
        options.Validate();
        _market = market;
        _options = options;
        _overlay = new PoolOverlay(market, positions);
        _hashes = new Hash32[options.MaxConsidered];
        _weights = [options.Weights.None, options.Weights.All, options.Weights.Top, options.Weights.Adverse];
    }

    /// <summary>Says what to do with the order.</summary>
    /// <param name="order">The order.</param>
    /// <param name="pending">What is pending.</param>
    /// <param name="facts">What else is known of the moment.</param>
    public MempoolAdvice Advise(OrderView order, PendingPool pending, in AdviceFacts facts)
    {
        if (pending.HasUnknownOwn)
            return Plain(MempoolAction.Halt, AdviceReason.UnknownOwn, pending) with { Behind = pending.UnknownOwn };
        ReadOnlySpan<Hash32> hashes = _hashes.AsSpan(0, pending.WriteExecutable(_hashes));
        if (TryFindRouteChange(order, pending, hashes, out Hash32 changer, out PoolId changed))
            return Saving(Plain(MempoolAction.Reroute, AdviceReason.RouteChange, pending) with { Behind = changer, Pool = changed }, order, order.RevertBps + order.DelayBpsPerBlock);
        if (order.IsLive && !facts.FrontRunner.IsZero)
            return Plain(MempoolAction.GoPrivate, AdviceReason.Sandwich, pending) with { Behind = facts.FrontRunner };

        _overlay.Reset();
        if (order.IsLive && !ArePoolsKnown(order))
            return Plain(MempoolAction.FireNow, AdviceReason.Suspect, pending); // that nothing can be quoted just now is no reason to give it up
        if (!TryQuoteAll(order, out _baseOut))
            return Plain(order.IsLive ? MempoolAction.Cancel : MempoolAction.Reroute, AdviceReason.LimitAtRisk, pending);
        if (LagBps(order, out PoolId lagging) is double lag && lag > _options.MaxAdverseLagBps)
            return Saving(Plain(MempoolAction.Hold, AdviceReason.LaggingPool, pending) with { Pool = lagging }, order, lag);
        if (IsFeeTooLow(order, pending, in facts) is { } feeAdvice)
            return feeAdvice;

        Costs costs = Weigh(order, pending, hashes, facts.NextBlockSeconds, out double driftAfter, out Hash32 best, out UInt256 tipToBeat, out double bestBps);
        MempoolAdvice basis = Plain(MempoolAction.FireNow, AdviceReason.Quiet, pending) with
        {
            FailShare = costs.FailShare,
            DriftAfter = driftAfter,
            TipToBeatWei = tipToBeat,
        };
        // What is only foreseen is inside its band now, and nobody's doing: it is wanted once the band is left.
        if (!order.IsForeseen && driftAfter < order.Band)
            return Saving(
                basis with { Action = order.IsLive ? MempoolAction.Cancel : MempoolAction.Wait, Reason = AdviceReason.WeightsRestored },
                order, order.TradeCostBps);
        return Choose(order, basis, in costs, best, bestBps, tipToBeat, facts.IsSuspect);
    }

    private MempoolAdvice Choose(
        OrderView order, MempoolAdvice basis, in Costs costs, Hash32 best, double bestBps, UInt256 tipToBeat, bool isSuspect)
    {
        (double fireMean, double fireTail) = costs.Of(costs.Fire, _weights, _options.TailShare);
        double fire = fireMean + _options.TailWeight * fireTail;
        bool mayFire = costs.FailShare <= _options.MaxFailShare || order.TakesPartialFill;
        MempoolAdvice chosen = basis with
        {
            ExpectedCostBps = fireMean,
            TailCostBps = fireTail,
            Reason = isSuspect ? AdviceReason.Suspect : fireMean > 0 ? AdviceReason.AdverseSwap : AdviceReason.Quiet,
        };
        double least = mayFire ? fire : double.PositiveInfinity;

        if (!order.IsUrgent || !mayFire)
        {
            (double mean, double tail) = costs.Of(costs.Wait, _weights, _options.TailShare);
            Consider(MempoolAction.Wait, mayFire ? mean < 0 ? AdviceReason.FavourableSwap : AdviceReason.AdverseSwap : AdviceReason.LimitAtRisk, mean, tail, Hash32.Zero);
        }
        if (!tipToBeat.IsZero && fireMean > 0)
            Consider(MempoolAction.SpeedUp, order.IsLive ? AdviceReason.OutTipped : AdviceReason.AdverseSwap, order.SpeedUpBps, order.SpeedUpBps, Hash32.Zero);
        if (order.CanBundle && !best.IsZero && !order.IsLive)
        {
            double miss = _options.BundleMissShare * order.DelayBpsPerBlock;
            Consider(MempoolAction.FireBehind, AdviceReason.FavourableSwap, miss - bestBps * (1 - _options.BundleMissShare), miss, best);
        }
        if (double.IsPositiveInfinity(least))
            return basis with { Action = order.IsLive ? MempoolAction.Cancel : MempoolAction.Hold, Reason = AdviceReason.LimitAtRisk };
        return chosen.Action == MempoolAction.FireNow ? chosen : Saving(chosen, order, fire - least);

        void Consider(MempoolAction action, AdviceReason reason, double mean, double tail, Hash32 behind)
        {
            double cost = mean + _options.TailWeight * tail;
            if (cost >= least)
                return;
            least = cost;
            chosen = basis with { Action = action, Reason = reason, ExpectedCostBps = mean, TailCostBps = tail, Behind = behind };
        }
    }

    /// <summary>The cost of sending at once and of waiting a block, in each scenario, and what single swaps do to us.</summary>
    private Costs Weigh(
        OrderView order, PendingPool pending, ReadOnlySpan<Hash32> hashes, ulong blockSeconds,
        out double driftAfter, out Hash32 best, out UInt256 tipToBeat, out double bestBps)
    {
        Costs costs = default;
        driftAfter = double.NaN;
        (best, tipToBeat, bestBps) = (default, default, 0);
        Span<bool> isAgainst = stackalloc bool[hashes.Length];
        for (int i = 0; i < hashes.Length; i++)
        {
            if (IsOurs(order, pending, in hashes[i]))
                continue;
            _overlay.Reset();
            _overlay.Apply(pending.EffectsOf(in hashes[i]), blockSeconds);
            double alone = ShortfallBps(order, out _);
            isAgainst[i] = alone >= _options.LargeMoveBps;
            if (alone < -bestBps)
                (best, bestBps) = (hashes[i], -alone);
            if (isAgainst[i] && pending.TryGet(in hashes[i], out PendingTransactionView rival))
                tipToBeat = UInt256.Max(tipToBeat, rival.EffectiveTipWei(pending.NextBaseFeeWei));
        }

        for (int s = 0; s < Scenarios; s++)
        {
            Scenario scenario = (Scenario)s;
            int top = scenario == Scenario.Top ? (int)Math.Ceiling(hashes.Length * _options.TopShare) : hashes.Length;
            _overlay.Reset();
            bool hasFired = false;
            for (int i = 0; i < top && scenario != Scenario.None; i++)
            {
                if (IsOurs(order, pending, in hashes[i]) || (scenario == Scenario.Adverse && !isAgainst[i]))
                    continue;
                if (!hasFired && scenario != Scenario.Adverse && StandsBefore(order, pending, in hashes[i]))
                    Fire(ref costs, s, order, ref hasFired);
                _overlay.Apply(pending.EffectsOf(in hashes[i]), blockSeconds);
            }
            Fire(ref costs, s, order, ref hasFired);
            costs.Wait[s] = order.DelayBpsPerBlock + ShortfallBps(order, out _);
            if (scenario == Scenario.All && order.Weights is { } weights)
                driftAfter = _overlay.Drift(weights);
        }
        return costs;
    }

    private void Fire(ref Costs costs, int scenario, OrderView order, ref bool hasFired)
    {
        if (hasFired)
            return;
        hasFired = true;
        costs.Fire[scenario] = ShortfallBps(order, out bool fails);
        if (!fails)
            return;
        costs.FailShare += _weights[scenario];
        if (!order.TakesPartialFill)
            costs.Fire[scenario] = order.RevertBps + order.DelayBpsPerBlock + Math.Max(0, costs.Fire[scenario]);
    }

    /// <summary>What the order would bring now against what it brings on the pools as they are; below zero where it brings more.</summary>
    private double ShortfallBps(OrderView order, out bool fails)
    {
        fails = false;
        double sum = 0;
        for (int i = 0; i < order.Legs.Count; i++)
        {
            OrderLeg leg = order.Legs[i];
            bool sold = _overlay.TryQuote(in leg, out UInt256 paid);
            fails |= !sold || paid < leg.MinimumOut;
            sum += sold ? 1 - (double)paid / (double)_baseOut[i] : 1;
        }
        return sum / order.Legs.Count * Bps;
    }

    private bool TryQuoteAll(OrderView order, out UInt256[] amounts)
    {
        amounts = _baseOut.Length == order.Legs.Count ? _baseOut : new UInt256[order.Legs.Count];
        for (int i = 0; i < amounts.Length; i++)
        {
            OrderLeg leg = order.Legs[i];
            if (!_overlay.TryQuote(in leg, out amounts[i]) || amounts[i].IsZero)
                return false;
        }
        return amounts.Length > 0;
    }

    private bool ArePoolsKnown(OrderView order)
    {
        foreach (OrderLeg leg in order.Legs)
            for (int hop = 0; hop < leg.HopCount; hop++)
                if (_market.PoolOf(leg.Pool(hop)) is { IsReady: false })
                    return false;
        return true;
    }

    /// <summary>How far the worst leg's pools pay less than the reference says, before their fees; below zero where they pay more.</summary>
    private double LagBps(OrderView order, out PoolId pool)
    {
        pool = PoolId.None;
        double worst = double.NegativeInfinity;
        for (int i = 0; i < order.Legs.Count && i < order.ReferenceRates.Count; i++)
        {
            OrderLeg leg = order.Legs[i];
            double rate = 1;
            AssetId sell = leg.Sell;
            for (int hop = 0; hop < leg.HopCount; hop++)
            {
                rate *= _overlay.PoolOf(leg.Pool(hop)).SpotRate(sell, leg.BoughtAt(hop));
                sell = leg.BoughtAt(hop);
            }
            double lag = order.ReferenceRates[i] > 0 ? (1 - rate / order.ReferenceRates[i]) * Bps : double.NegativeInfinity;
            if (lag > worst)
                (worst, pool) = (lag, leg.Pool0);
        }
        return worst;
    }

    private MempoolAdvice? IsFeeTooLow(OrderView order, PendingPool pending, in AdviceFacts facts)
    {
        UInt256 next = pending.NextBaseFeeWei;
        if (order.IsLive && !order.MaxFeeWei.IsZero && order.MaxFeeWei < next)
            return Saving(Plain(MempoolAction.SpeedUp, AdviceReason.BaseFeeSpike, pending) with { TipToBeatWei = order.TipWei }, order, order.DelayBpsPerBlock);
        double rise = facts.BaseFeeWei == 0 ? 0 : ((double)next / facts.BaseFeeWei - 1) * Bps;
        return !order.IsLive && !order.IsUrgent && rise > _options.BaseFeeSpikeBps
            ? Plain(MempoolAction.Hold, AdviceReason.BaseFeeSpike, pending) : null;
    }

    /// <summary>A pending change of a contract on the order's way that no arithmetic tells; liquidity that goes counts where it would fail us.</summary>
    private bool TryFindRouteChange(OrderView order, PendingPool pending, ReadOnlySpan<Hash32> hashes, out Hash32 hash, out PoolId pool)
    {
        foreach (ref readonly Hash32 candidate in hashes)
            foreach (ref readonly PendingEffect effect in pending.EffectsOf(in candidate))
            {
                if (!effect.EndsRoutes || !Concerns(order, in effect, out pool))
                    continue;
                hash = candidate;
                return true;
            }
        (hash, pool) = (default, default);
        return false;
    }

    private bool Concerns(OrderView order, in PendingEffect effect, out PoolId pool)
    {
        PoolId named = effect.Pool;
        if (effect.Position != 0 && named.IsNone)
            named = _overlay.PoolOfPosition(effect.Position);
        foreach (OrderLeg leg in order.Legs)
            for (int hop = 0; hop < leg.HopCount; hop++)
            {
                pool = leg.Pool(hop);
                if (named == pool)
                    return true;
                if (!named.IsNone)
                    continue;
                bool isEverywhere = effect.Role switch
                {
                    WatchedRole.Executor or WatchedRole.Oracle or WatchedRole.Admin => true,
                    WatchedRole.BalancerVault => _market.PoolOf(pool) is Amm.Balancer.BalancerPool,
                    WatchedRole.V4Manager => _market.PoolOf(pool) is UniswapV4Pool,
                    WatchedRole.Token => _market.PoolOf(pool)?.Holds(effect.Sell) ?? false,
                    _ => false,
                };
                if (isEverywhere)
                    return true;
            }
        pool = PoolId.None;
        return false;
    }

    private static bool IsOurs(OrderView order, PendingPool pending, in Hash32 hash) =>
        hash == order.Hash || (pending.TryGet(in hash, out PendingTransactionView view) && view.IsOwn);

    // Of equal tips the earlier goes first, and ours is not out yet or was not first: counted as behind.
    private static bool StandsBefore(OrderView order, PendingPool pending, in Hash32 rival) =>
        pending.TryGet(in rival, out PendingTransactionView view) && order.TipWei > view.EffectiveTipWei(pending.NextBaseFeeWei);

    private static MempoolAdvice Plain(MempoolAction action, AdviceReason reason, PendingPool pending) =>
        new() { Action = action, Reason = reason, NextBaseFeeWei = pending.NextBaseFeeWei, Block = pending.Head };

    private static MempoolAdvice Saving(MempoolAdvice advice, OrderView order, double bps) =>
        advice with { SavedBps = bps, SavedNumeraire = bps / Bps * order.NotionalNumeraire };

    private struct Costs
    {
        public FourCosts Fire;
        public FourCosts Wait;
        public double FailShare;

        /// <summary>The mean, and the mean of the worst by weight.</summary>
        public readonly (double Mean, double Tail) Of(FourCosts costs, ReadOnlySpan<double> weights, double tailShare)
        {
            double mean = 0;
            Span<double> keys = stackalloc double[Scenarios];
            Span<double> shares = stackalloc double[Scenarios];
            for (int i = 0; i < Scenarios; i++)
            {
                mean += costs[i] * weights[i];
                (keys[i], shares[i]) = (-costs[i], weights[i]);
            }
            keys.Sort(shares);
            double left = tailShare, tail = 0;
            for (int i = 0; i < Scenarios && left > 0; i++)
            {
                double taken = Math.Min(left, shares[i]);
                tail -= keys[i] * taken;
                left -= taken;
            }
            return (mean, tail / tailShare);
        }
    }

    [System.Runtime.CompilerServices.InlineArray(Scenarios)]
    private struct FourCosts
    {
        private double _first;
    }
}
