namespace FastRebalance.Engine.Sizing;

/// <summary>Turns drift into trades, inside <see cref="RebalanceCycle.Bounds"/>. Allocates nothing.</summary>
public interface ISizer
{
    /// <summary>Adds the trades to the cycle; none when nothing is worth trading.</summary>
    void Size(RebalanceCycle cycle);

    /// <summary>True when it goes by the market's plan: a planner then runs beside the engine.</summary>
    bool WantsPlan => false;
}
