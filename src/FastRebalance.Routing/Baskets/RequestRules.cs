using FastRebalance.Core.Assets;
using FastRebalance.Core.Baskets;

namespace FastRebalance.Routing.Baskets;

/// <summary>What makes a request sound, and what its goal asks of single assets.</summary>
internal static class RequestRules
{
    private const double WeightSlack = 1e-9;

    /// <returns><see cref="BasketStatus.Unplanned"/> where nothing is wrong.</returns>
    public static BasketStatus Check(BasketRequest request, int assetCount, int poolCount, int barredCount)
    {
        if (request.AssetCount != assetCount || (barredCount != 0 && barredCount != poolCount))
            return BasketStatus.BadShape;
        if (request.Goal is BasketGoal.None or > BasketGoal.MostOfOne)
            return BasketStatus.BadGoal;
        if (request.Goal == BasketGoal.MostOfOne && (request.Kept.IsNone || request.Kept.Index >= assetCount))
            return BasketStatus.BadGoal;
        if (!(request.NumerairePerGas >= 0) || !(request.NumerairePerGas < SoundNumbers.Largest) || !(request.MaxSlippage is >= 0 and < 1)
            || (request.Goal == BasketGoal.TrackingError && !SoundNumbers.IsSound(request.Aversion)))
            return BasketStatus.BadNumber;
        bool isAnythingHeld = false;
        double weights = 0;
        for (int a = 0; a < assetCount; a++)
        {
            if (!SoundNumbers.IsSound(request.ReferencePrices[a]) || !(request.Weights[a] is >= 0 and <= 1 + WeightSlack))
                return BasketStatus.BadNumber;
            isAnythingHeld |= !request.Holdings[a].IsZero;
            weights += request.Weights[a];
        }
        if (request.Goal != BasketGoal.MostOfOne && !(Math.Abs(weights - 1) <= WeightSlack))
            return BasketStatus.BadNumber;
        return isAnythingHeld ? BasketStatus.Unplanned : BasketStatus.NothingHeld;
    }

    /// <summary>The asset may be worth holding at the end; of a tracking error any may be, where it is cheap enough.</summary>
    public static bool IsWanted(BasketRequest request, int asset) => request.Goal switch
    {
        BasketGoal.MostOfOne => request.Kept.Index == asset || !request.Owed[asset].IsZero,
        BasketGoal.TargetWeights => request.Weights[asset] > 0,
        _ => true,
    };

    /// <summary>The goal cannot do without more of the asset than is held.</summary>
    public static bool IsMissing(BasketRequest request, int asset) => request.Goal switch
    {
        BasketGoal.TargetWeights => request.Weights[asset] > 0 && request.Holdings[asset].IsZero,
        BasketGoal.MostOfOne => request.Owed[asset] > request.Holdings[asset],
        _ => false,
    };

    /// <summary>What is owed is there.</summary>
    public static bool IsPaid(BasketRequest request, ReadOnlySpan<UInt256> holdings)
    {
        if (request.Goal != BasketGoal.MostOfOne)
            return true;
        for (int a = 0; a < holdings.Length; a++)
            if (holdings[a] < request.Owed[a])
                return false;
        return true;
    }
}
