using FastRebalance.Core.Assets;

namespace FastRebalance.Core.Baskets;

/// <summary>
/// A whole portfolio change that is asked for. Made once for a number of assets and filled anew for every question, by one thread; the arrays
/// are by asset index.
/// </summary>
public sealed class BasketRequest
{
    /// <exception cref="ArgumentOutOfRangeException">A plan wants at least two assets.</exception>
    public BasketRequest(int assetCount)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(assetCount, 2);
        ReferencePrices = new double[assetCount];
        Holdings = new UInt256[assetCount];
        Weights = new double[assetCount];
        Owed = new UInt256[assetCount];
    }

    public int AssetCount => Holdings.Length;

    public BasketGoal Goal { get; set; }

    /// <summary>Numeraire per base unit; finite, above zero. The unit of everything, and where the search begins; only
    /// <see cref="BasketGoal.TargetWeights"/> gives the same plan whatever they are.</summary>
    public double[] ReferencePrices { get; }

    /// <summary>Base units that may be traded.</summary>
    public UInt256[] Holdings { get; }

    /// <summary>Target weights: not negative, sum 1. Not read by <see cref="BasketGoal.MostOfOne"/>.</summary>
    public double[] Weights { get; }

    /// <summary>Base units that must be there at the end; read by <see cref="BasketGoal.MostOfOne"/> alone.</summary>
    public UInt256[] Owed { get; }

    /// <summary>The asset that <see cref="BasketGoal.MostOfOne"/> collects.</summary>
    public AssetId Kept { get; set; }

    /// <summary>Above zero: the aversion of <see cref="BasketGoal.TrackingError"/>.</summary>
    public double Aversion { get; set; } = 1;

    /// <summary>Numeraire that one unit of gas costs; zero leaves gas out.</summary>
    public double NumerairePerGas { get; set; }

    /// <summary>Share of a leg's expected output that may be missing before it must revert: from 0 up to, not including, 1.</summary>
    public double MaxSlippage { get; set; }

    /// <summary>Whether a plan may trade in a circle to profit from pools that disagree. Others watch for such trades.</summary>
    public bool AllowCycles { get; set; }
}
