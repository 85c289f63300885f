namespace FastRebalance.Core.Assets;

/// <summary>Names a portfolio of the configuration. Zero names none; <see cref="Index"/> is its place in the engine's list.</summary>
public readonly record struct PortfolioId(ushort Value)
{
    public static readonly PortfolioId None = default;

    public bool IsNone => Value == 0;

    /// <summary>Zero-based index into the engine's portfolios; -1 for <see cref="None"/>.</summary>
    public int Index => Value - 1;

    public static PortfolioId FromIndex(int index) => new(checked((ushort)(index + 1)));

    public override string ToString() => IsNone ? "portfolio:none" : $"portfolio:{Index}";
}
