using FastRebalance.Core.Results;

namespace FastRebalance.Engine.Risk;

/// <summary>One question with one reason to say no. It needs no other check to have run, and allocates nothing.</summary>
public interface IRiskCheck
{
    /// <summary>The answer; a no that one asset is the reason of is given with <see cref="RebalanceCycle.Refuse"/>, which tells it.</summary>
    RiskVerdict Check(RebalanceCycle cycle);

    /// <summary>Before any check is asked: takes out the trades that it would refuse, where others remain that may go without them.</summary>
    void Trim(RebalanceCycle cycle)
    {
    }

    /// <summary>True when it goes by <see cref="RebalanceCycle.HighWater"/>, which is then kept at every pass that values the portfolio.</summary>
    bool WantsHighWater => false;

    /// <summary>True when it goes by the market's plan: a planner then runs beside the engine.</summary>
    bool WantsPlan => false;
}
