using FastRebalance.Core.Assets;

namespace FastRebalance.Execution.Mempool;

/// <summary>
/// The probability that an executable transaction is in the next block: a logistic curve over its tip against what lately cleared, its age and
/// its gas, fitted to what really happened one observation at a time. Owned by one thread.
/// </summary>
public sealed class InclusionModel
{
    private const double Rate = 0.05;
    private const double Memory = 0.9;

    // Begins by believing that what pays the clearing tip gets in.
    private double _bias = 1, _tip = 2, _age, _gas = -1;

    /// <summary>The tip that the cheapest transactions of late blocks paid, in wei.</summary>
    public double ClearingTipWei { get; private set; }

    public double Probability(in UInt256 tipWei, ulong ageBlocks, double gasShare)
    {
        double z = _bias + _tip * Reach(in tipWei) + _age * Math.Min(ageBlocks, 10) / 10.0 + _gas * gasShare;
        return 1 / (1 + Math.Exp(-z));
    }

    /// <summary>What became of one that was executable when the block was made.</summary>
    /// <returns>The squared error of what was said before: the Brier score's term.</returns>
    public double Learn(in UInt256 tipWei, ulong ageBlocks, double gasShare, bool wasIncluded)
    {
        double said = Probability(in tipWei, ageBlocks, gasShare);
        double error = (wasIncluded ? 1 : 0) - said;
        _bias += Rate * error;
        _tip += Rate * error * Reach(in tipWei);
        _age += Rate * error * Math.Min(ageBlocks, 10) / 10.0;
        _gas += Rate * error * gasShare;
        return error * error;
    }

    /// <summary>The lowest tip that a block held.</summary>
    public void SeeClearing(double tipWei) => ClearingTipWei = ClearingTipWei == 0 ? tipWei : Memory * ClearingTipWei + (1 - Memory) * tipWei;

    // From -1 far below the clearing tip to 1 far above it.
    private double Reach(in UInt256 tipWei)
    {
        double sum = (double)tipWei + ClearingTipWei;
        return sum <= 0 ? 0 : ((double)tipWei - ClearingTipWei) / sum;
    }
}
