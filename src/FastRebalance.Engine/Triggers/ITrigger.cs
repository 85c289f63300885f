namespace FastRebalance.Engine.Triggers;

/// <summary>Says whether the portfolio should be rebalanced now. Allocates nothing and needs no other trigger to have run.</summary>
public interface ITrigger
{
    bool Fires(RebalanceCycle cycle);
}
