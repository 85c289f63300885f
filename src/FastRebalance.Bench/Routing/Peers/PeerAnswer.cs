namespace FastRebalance.Bench.Routing.Peers;

/// <summary>What a peer answers to one order.</summary>
/// <param name="Instance">Name of the instance.</param>
/// <param name="Order">Place of the order in it.</param>
/// <param name="Path">Its best single path.</param>
/// <param name="Split">What it makes of the order where it may split; null for a peer that never splits.</param>
public sealed record PeerAnswer(string Instance, int Order, PeerRoute Path, PeerRoute? Split);
