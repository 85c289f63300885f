namespace FastRebalance.Core.Assets;

/// <summary>Numeraire per one whole token. A price decides what to do; it never becomes money without a stated rounding.</summary>
public readonly record struct Price(double NumerairePerToken)
{
    /// <summary>True for a finite price above zero: the only kind that the engine takes.</summary>
    public bool IsUsable => NumerairePerToken > 0 && double.IsFinite(NumerairePerToken);

    public override string ToString() => $"{NumerairePerToken:G9}";
}
