using FastRebalance.Core.Results;

namespace FastRebalance.Core.Configuration;

/// <summary>Options that are right in one tier of a policy and wrong in the other.</summary>
public interface ITierOptions
{
    /// <summary>Every mistake that lies in using these options for this tier; empty when they may be.</summary>
    IEnumerable<OptionProblem> Problems(PolicyTier tier);
}
