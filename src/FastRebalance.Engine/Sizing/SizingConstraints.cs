namespace FastRebalance.Engine.Sizing;

/// <summary>
/// What every sizer of a portfolio keeps to, whatever it would like to trade. Filled in at set-up and read ever after. Arrays are by asset;
/// made anew, it constrains nothing.
/// </summary>
public sealed class SizingConstraints
{
    public SizingConstraints(int assetCount)
    {
        NoBuy = new bool[assetCount];
        NoSell = new bool[assetCount];
        Lots = new double[assetCount];
        MaxWeights = new double[assetCount];
        Array.Fill(MaxWeights, double.PositiveInfinity);
    }

    public int AssetCount => Lots.Length;

    /// <summary>
    /// Half the band, as a fraction of the portfolio, inside which an asset is left alone; 0: every asset is traded. Cash is what the others
    /// leave over; when that would put it outside the band itself, assets on the other side help by their drift.
    /// </summary>
    public double DriftedBand { get; init; }

    /// <summary>Fraction of the portfolio that cash is never spent below. (LEAN keeps 0.25 %.)</summary>
    public double CashBuffer { get; init; }

    /// <summary>Trades worth less stay undone; the sizer's own limit counts where it is higher.</summary>
    public double MinTradeNumeraire { get; init; }

    /// <summary>
    /// An asset whose target is zero and that is worth less than this, or than its selling costs, stays where it is; worth more, it is sold to
    /// the last unit at once, whatever the sizer, and a rest below this is never left. 0: no such rule.
    /// </summary>
    public double DustNumeraire { get; init; }

    /// <summary>
    /// A leg worth less than its gas over its proportional cost stays undone: below that size gas weighs more than the fee. Only where a plan
    /// has told the cost.
    /// </summary>
    public bool GasOverCost { get; init; }

    public bool[] NoBuy { get; }

    public bool[] NoSell { get; }

    /// <summary>Whole tokens that an amount is a multiple of; 0: any amount.</summary>
    public double[] Lots { get; }

    /// <summary>Fraction of the portfolio that is never bought beyond; infinity: none.</summary>
    public double[] MaxWeights { get; }
}
