namespace FastRebalance.Bench.Routing.Peers;

/// <summary>All that one peer has answered.</summary>
/// <param name="Peer">Its name and version.</param>
/// <param name="Market">It answers every order of every instance of this market.</param>
/// <param name="HasExactClaims">
/// It quotes to the unit, so that its claims must be what its swaps bring: else it was asked something else than we were.
/// </param>
/// <param name="Counted">What its times count, in words.</param>
/// <param name="Answers">One for each order.</param>
public sealed record PeerAnswers(string Peer, string Market, bool HasExactClaims, string Counted, IReadOnlyList<PeerAnswer> Answers);
