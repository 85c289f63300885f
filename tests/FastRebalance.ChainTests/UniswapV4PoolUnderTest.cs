using System.Globalization;
using FastRebalance.Core.Assets;

namespace FastRebalance.ChainTests;

/// <summary>A pool of the test chain's manager, with what its makers know of it.</summary>
public sealed record UniswapV4PoolUnderTest(
    string Name, Address Currency0, Address Currency1, int Decimals0, int Decimals1, uint Fee, int Spacing, Address Hooks)
{
    /// <summary>Where the price started.</summary>
    public int CentreTick { get; set; }

    public List<UniswapV4Position> Positions { get; } = [];

    public bool IsNative => Currency0.IsZero;

    /// <summary>The pool's key as a configuration says it.</summary>
    public Dictionary<string, string> Parameters(Address native, bool trustsHooks = true)
    {
        var parameters = new Dictionary<string, string>
        {
            ["currency0"] = Currency0.ToString(),
            ["currency1"] = Currency1.ToString(),
            ["fee"] = Fee.ToString(CultureInfo.InvariantCulture),
            ["tickSpacing"] = Spacing.ToString(CultureInfo.InvariantCulture),
        };
        if (IsNative)
            parameters["native"] = native.ToString();
        if (Hooks.IsZero)
            return parameters;
        parameters["hooks"] = Hooks.ToString();
        if (trustsHooks)
            parameters["harmlessHooks"] = Hooks.ToString();
        return parameters;
    }

    public bool Equals(UniswapV4PoolUnderTest? other) => ReferenceEquals(this, other);

    public override int GetHashCode() => System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(this);

    public override string ToString() => $"'{Name}' of fee {Fee} and spacing {Spacing}";
}
