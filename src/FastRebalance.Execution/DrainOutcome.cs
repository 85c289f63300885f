namespace FastRebalance.Execution;

/// <summary>How a stop ended.</summary>
/// <param name="IsClean">Nothing that was sent can still trade.</param>
/// <param name="InFlight">Orders without a settled outcome: their transactions may still be mined until their deadlines.</param>
/// <param name="NotFinal">Orders that are settled and could still be undone by a reorganisation.</param>
public sealed record DrainOutcome(bool IsClean, IReadOnlyList<OrderOutcome> InFlight, IReadOnlyList<OrderOutcome> NotFinal);
