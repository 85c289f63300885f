using FastRebalance.Configuration;
using FastRebalance.Core.Assets;
using FastRebalance.Engine;
using FastRebalance.Engine.Positions;
using FastRebalance.Hosting;

namespace FastRebalance.Reports;

/// <summary>Where a position with debt stands, and the prices at which it acts next. What there is none of is null.</summary>
/// <param name="Kind">Its configured name.</param>
/// <param name="Asset">Whose price moves it.</param>
/// <param name="Quote">What prices here are in.</param>
/// <param name="Price">Of the asset, as the engine has it.</param>
/// <param name="Leverage">Value of the asset over equity; below zero for a short position.</param>
/// <param name="HealthFactor">At the lending market's own prices, which decides; null without debt.</param>
/// <param name="HealthAtOurPrices">At the engine's.</param>
/// <param name="LiquidationPrice">Where the health factor is one, at the engine's other prices.</param>
/// <param name="NextDown">Nearest price below at which it acts.</param>
/// <param name="NextUp">Nearest price above.</param>
/// <param name="RipcordPrice">Where safety acts.</param>
/// <param name="Lines">By asset, in the lending market.</param>
public sealed record PositionReport(
    string Kind, string Asset, string Quote, double Price, double? Leverage, double? HealthFactor, double? HealthAtOurPrices, double? LiquidationPrice,
    double? NextDown, double? NextUp, double? RipcordPrice, IReadOnlyList<PositionLine> Lines)
{
    /// <summary>Pool positions that are followed on the chain.</summary>
    public IReadOnlyList<LiquidityLine> Liquidity { get; init; } = [];

    /// <summary>Null while the market has not told.</summary>
    internal static PositionReport? Of(ConfigFile config, Position position, RebalanceCycle cycle, IReadOnlyList<RangeAdvisor>? advisors = null)
    {
        MarketState market = cycle.Market;
        PositionReading reading = position.ReadWhole(cycle);
        if (reading.Asset.IsNone || market.Lending is not { } lending)
            return null;
        List<PositionLine> lines = [];
        for (int i = 0; i < market.AssetCount; i++)
        {
            AssetId asset = AssetId.FromIndex(i);
            if (lending.TermsOf(asset).OraclePrice == 0)
                continue;
            lines.Add(new PositionLine(
                config.Assets[i].Symbol, lending.SuppliedTokens(asset), lending.BorrowedTokens(asset), lending.ThresholdOf(asset),
                lending.TermsOf(asset).SupplyRatePerYear, lending.TermsOf(asset).BorrowRatePerYear));
        }
        return new PositionReport(
            config.Portfolio.Position?.Kind ?? "", config.Assets[reading.Asset.Index].Symbol, config.Assets[reading.Quote.Index].Symbol, reading.Price,
            Known(reading.Leverage), Known(reading.OracleHealth), Known(reading.Health), PriceOf(reading.LiquidationPrice), PriceOf(reading.NextDown),
            PriceOf(reading.NextUp), PriceOf(reading.RipcordPrice), lines)
        {
            Liquidity = [.. LiquidityOf(position, market, in reading, advisors)],
        };
    }

    private static IEnumerable<LiquidityLine> LiquidityOf(
        Position position, MarketState market, in PositionReading reading, IReadOnlyList<RangeAdvisor>? advisors)
    {
        if (market.Liquidity is not { } book)
            return [];
        (AssetId asset, AssetId quote, double price) = (reading.Asset, reading.Quote, reading.Price);
        return position.Follows.Select((named, place) => 
            LiquidityLine.Of(named, book, place, asset, quote, price) with { Advice = advisors?[place].Advise(market) });
    }

    private static double? Known(double number) => double.IsFinite(number) ? number : null;

    private static double? PriceOf(double price) => price > 0 && double.IsFinite(price) ? price : null;
}
