using FastRebalance.Core.Assets;

namespace FastRebalance.Drafting;

/// <summary>A token as its contract tells of itself.</summary>
public sealed record SketchedToken(string Symbol, Address Address, int Decimals);
