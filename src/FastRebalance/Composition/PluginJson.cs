using System.Text.Json.Serialization;
using FastRebalance.Engine.Sizing;
using FastRebalance.Engine.Targets;
using FastRebalance.Engine.Triggers;

namespace FastRebalance.Composition;

/// <summary>Readers of plug-in options, generated at compile time so that nothing is looked up by reflection.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    RespectNullableAnnotations = true)]
[JsonSerializable(typeof(DriftBandTrigger.Options), TypeInfoPropertyName = "DriftBand")]
[JsonSerializable(typeof(IntervalTrigger.Options), TypeInfoPropertyName = "Interval")]
[JsonSerializable(typeof(FixedWeightsTarget.Options), TypeInfoPropertyName = "FixedWeights")]
[JsonSerializable(typeof(ToTargetSizer.Options), TypeInfoPropertyName = "ToTarget")]
internal sealed partial class PluginJson : JsonSerializerContext;
