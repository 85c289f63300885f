using FastRebalance.Core.Assets;
using FastRebalance.Engine;
using FastRebalance.Engine.Positions;
using FastRebalance.Quant.Positions;

namespace FastRebalance.Reports;

/// <summary>A pool position that is followed on the chain; prices and the value in the other side of its pool, amounts in whole tokens.</summary>
/// <param name="Name">What the configuration names: <c>position 123</c>, or the pair.</param>
/// <param name="IsClosed">It is no more, and counts as nothing.</param>
/// <param name="Value">At our price, what is uncollected left out.</param>
/// <param name="Low">Lower end of its range; null where there is none.</param>
/// <param name="High">Upper end.</param>
/// <param name="IsInRange">It earns at our price.</param>
/// <param name="Delta">Units of the asset that it stands for at our price.</param>
/// <param name="UncollectedAsset">Fees, and what was withdrawn, that were not paid out, in the asset.</param>
/// <param name="UncollectedQuote">The same in the other.</param>
public sealed record LiquidityLine(
    string Name, bool IsClosed, double Value, double? Low, double? High, bool IsInRange, double Delta, double UncollectedAsset, double UncollectedQuote)
{
    /// <summary>Whether its range is worth moving; null for a pair, where too little was seen, and in <c>explain</c>, which sees one head.</summary>
    public RangeAdvice? Advice { get; init; }

    internal static LiquidityLine Of(FollowedLiquidity named, PoolPositionBook book, int place, AssetId asset, AssetId quote, double price)
    {
        LiquidityRange range = book.RangeOf(place, asset);
        LiquidityExposure exposure = range.ExposureAt(price);
        return new LiquidityLine(
            named.PositionId.Length > 0 ? $"position {named.PositionId}" : $"pair {named.Pool}", book.PositionOf(place).IsClosed, exposure.Value,
            range.High > 0 ? range.Low : null, range.High > 0 ? range.High : null, range.Contains(price), exposure.Delta, book.OwedTokens(place, asset),
            book.OwedTokens(place, quote));
    }
}
