using System.Text.Json.Serialization;

namespace FastRebalance.Execution.Channels;

/// <summary>Readers of the channels' options, generated at compile time.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    RespectNullableAnnotations = true)]
[JsonSerializable(typeof(PublicChannel.Options), TypeInfoPropertyName = "Public")]
[JsonSerializable(typeof(SyncChannel.Options), TypeInfoPropertyName = "Sync")]
[JsonSerializable(typeof(ConditionalChannel.Options), TypeInfoPropertyName = "Conditional")]
[JsonSerializable(typeof(SequencerChannel.Options), TypeInfoPropertyName = "Sequencer")]
[JsonSerializable(typeof(RacedChannel.Options), TypeInfoPropertyName = "Raced")]
[JsonSerializable(typeof(RelayChannel.Options), TypeInfoPropertyName = "Relay")]
[JsonSerializable(typeof(DryRunChannel.Options), TypeInfoPropertyName = "DryRun")]
internal sealed partial class ChannelJson : JsonSerializerContext;
