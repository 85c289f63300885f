namespace FastRebalance.Engine.Sizing;

/// <summary>Turns drift into trades, inside <see cref="RebalanceCycle.Bounds"/>. Allocates nothing.</summary>
public interface ISizer
{
    /// <summary>Adds the trades to the cycle; none when nothing is worth trading.</summary>
    void Size(RebalanceCycle cycle);
}
