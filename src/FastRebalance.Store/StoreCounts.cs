namespace FastRebalance.Store;

/// <summary>What a store was filled with.</summary>
/// <param name="Runs">Runs read.</param>
/// <param name="Passes">Passes of the engine in them.</param>
/// <param name="Decisions">Rows of decisions: passes that ended alike share one.</param>
/// <param name="Orders">Orders.</param>
/// <param name="Fills">Legs that filled.</param>
/// <param name="Refusals">Rows of refusals.</param>
/// <param name="Actions">Operators' words.</param>
/// <param name="Notes">What could not be read of a run, and why; empty where all was.</param>
public sealed record StoreCounts(
    long Runs, long Passes, long Decisions, long Orders, long Fills, long Refusals, long Actions, IReadOnlyList<string> Notes);
