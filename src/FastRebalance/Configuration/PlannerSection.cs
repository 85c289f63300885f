using FastRebalance.Engine.Planning;

namespace FastRebalance.Configuration;

/// <param name="Path">Where it stands, for what is found wrong with it later.</param>
/// <param name="Options">As given, the rest at their defaults.</param>
public sealed record PlannerSection(string Path, PlannerOptions Options);
