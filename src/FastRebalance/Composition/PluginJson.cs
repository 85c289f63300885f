using System.Text.Json.Serialization;
using FastRebalance.Engine.Positions;
using FastRebalance.Engine.Sizing;
using FastRebalance.Engine.Targets;
using FastRebalance.Engine.Triggers;
using FastRebalance.MarketData.Feeds;

namespace FastRebalance.Composition;

/// <summary>Readers of plug-in options, generated at compile time so that nothing is looked up by reflection.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    RespectNullableAnnotations = true)]
[JsonSerializable(typeof(DriftBandTrigger.Options), TypeInfoPropertyName = "DriftBand")]
[JsonSerializable(typeof(IntervalTrigger.Options), TypeInfoPropertyName = "Interval")]
[JsonSerializable(typeof(FixedWeightsTarget.Options), TypeInfoPropertyName = "FixedWeights")]
[JsonSerializable(typeof(ToTargetSizer.Options), TypeInfoPropertyName = "ToTarget")]
[JsonSerializable(typeof(RelativeBandTrigger.Options), TypeInfoPropertyName = "RelativeBand")]
[JsonSerializable(typeof(FiveTwentyFiveTrigger.Options), TypeInfoPropertyName = "FiveTwentyFive")]
[JsonSerializable(typeof(L2NormTrigger.Options), TypeInfoPropertyName = "L2Norm")]
[JsonSerializable(typeof(TrackingErrorTrigger.Options), TypeInfoPropertyName = "TrackingError")]
[JsonSerializable(typeof(NoTradeRegionTrigger.Options), TypeInfoPropertyName = "NoTradeRegion")]
[JsonSerializable(typeof(NoTradeEllipsoidTrigger.Options), TypeInfoPropertyName = "NoTradeEllipsoid")]
[JsonSerializable(typeof(VolatilityBandTrigger.Options), TypeInfoPropertyName = "VolatilityBand")]
[JsonSerializable(typeof(CalendarTrigger.Options), TypeInfoPropertyName = "Calendar")]
[JsonSerializable(typeof(HybridTrigger.Options), TypeInfoPropertyName = "Hybrid")]
[JsonSerializable(typeof(PriceLevelTrigger.Options), TypeInfoPropertyName = "PriceLevel")]
[JsonSerializable(typeof(CostBenefitTrigger.Options), TypeInfoPropertyName = "CostBenefit")]
[JsonSerializable(typeof(GasTrigger.Options), TypeInfoPropertyName = "Gas")]
[JsonSerializable(typeof(ToEdgeSizer.Options), TypeInfoPropertyName = "ToEdge")]
[JsonSerializable(typeof(ToFractionSizer.Options), TypeInfoPropertyName = "ToFraction")]
[JsonSerializable(typeof(ToRegionSizer.Options), TypeInfoPropertyName = "ToRegion")]
[JsonSerializable(typeof(EqualWeightsTarget.Options), TypeInfoPropertyName = "EqualWeights")]
[JsonSerializable(typeof(MarketCapTarget.Options), TypeInfoPropertyName = "MarketCap")]
[JsonSerializable(typeof(CppiTarget.Options), TypeInfoPropertyName = "Cppi")]
[JsonSerializable(typeof(TippTarget.Options), TypeInfoPropertyName = "Tipp")]
[JsonSerializable(typeof(WeightedPoolTarget.Options), TypeInfoPropertyName = "WeightedPool")]
[JsonSerializable(typeof(ExternalTarget.Options), TypeInfoPropertyName = "External")]
[JsonSerializable(typeof(InverseVolatilityTarget.Options), TypeInfoPropertyName = "InverseVolatility")]
[JsonSerializable(typeof(MinimumVarianceTarget.Options), TypeInfoPropertyName = "MinimumVariance")]
[JsonSerializable(typeof(MeanVarianceTarget.Options), TypeInfoPropertyName = "MeanVariance")]
[JsonSerializable(typeof(MaximumSharpeTarget.Options), TypeInfoPropertyName = "MaximumSharpe")]
[JsonSerializable(typeof(RiskParityTarget.Options), TypeInfoPropertyName = "RiskParity")]
[JsonSerializable(typeof(VolatilityTargetTarget.Options), TypeInfoPropertyName = "VolatilityTarget")]
[JsonSerializable(typeof(LeveragePosition.Options), TypeInfoPropertyName = "ConstantLeverage")]
[JsonSerializable(typeof(CollateralPosition.Options), TypeInfoPropertyName = "CollateralRatio")]
[JsonSerializable(typeof(HedgePosition.Options), TypeInfoPropertyName = "DeltaNeutral")]
[JsonSerializable(typeof(PoolEventsFeed.Options), TypeInfoPropertyName = "PoolEvents")]
[JsonSerializable(typeof(BookTickerFeed.Options), TypeInfoPropertyName = "BookTicker")]
[JsonSerializable(typeof(SharedMemoryFeed.Options), TypeInfoPropertyName = "SharedMemory")]
[JsonSerializable(typeof(UdpMulticastFeed.Options), TypeInfoPropertyName = "UdpMulticast")]
internal sealed partial class PluginJson : JsonSerializerContext;
