using FastRebalance.Core.Assets;

namespace FastRebalance.Drafting;

/// <summary>A pool that a factory has made.</summary>
/// <param name="Kind">As a configuration names it.</param>
/// <param name="Address">The pool.</param>
/// <param name="Token0">One side.</param>
/// <param name="Token1">The other.</param>
public sealed record SketchedPool(string Kind, Address Address, Address Token0, Address Token1)
{
    internal bool Holds(Address token) => Token0 == token || Token1 == token;

    internal Address Other(Address token) => Token0 == token ? Token1 : Token0;
}
