using FastRebalance.Core.Events;
using FastRebalance.Engine.Planning;
using FastRebalance.Quant.Optimisers;

namespace FastRebalance.Engine.Targets;

/// <summary>
/// A target whose weights an optimiser finds from the covariance, far from the engine's thread: the planner asks it as an allocator, and the
/// engine takes what the newest plan brought. Before the first plan nothing is decided.
/// </summary>
public abstract class OptimisedTarget : ITarget, IPlanned, IAllocator
{
    private readonly RiskyMix _mix;
    private readonly double _exposure;

    /// <param name="mix">The assets to share out among.</param>
    /// <param name="exposure">Fraction of the portfolio that the mix is of; the rest is cash.</param>
    private protected OptimisedTarget(RiskyMix mix, double exposure)
    {
        _mix = mix;
        _exposure = exposure;
    }

    /// <summary>The weights change with plans alone, and a plan fells every fence.</summary>
    public bool IsConstant => true;

    public bool WantsPlan => true;

    public IAllocator Allocator => this;

    public virtual IReadOnlyList<int> Chosen => _mix.Assets;

    public bool IsReady(RebalanceCycle cycle) => cycle.Market.Plan.Has(PlanParts.Targets);

    public void Aim(RebalanceCycle cycle) => cycle.Market.Plan.CopyTargets(cycle.Targets);

    public bool TryAllocate(ReadOnlySpan<double> covariance, Span<double> weights)
    {
        double[] mix = new double[_mix.Count];
        return Solve(_mix.Covariance(covariance), mix) == OptimiserStatus.Solved && _mix.TryFill(mix, _exposure, weights);
    }

    /// <summary>Finds the mix: nothing below zero, together at most one.</summary>
    /// <param name="covariance">Of the assets of the mix among themselves, per year.</param>
    /// <param name="mix">One per asset of the mix.</param>
    private protected abstract OptimiserStatus Solve(double[] covariance, double[] mix);
}
