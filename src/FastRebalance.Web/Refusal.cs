using System.Text.Json.Serialization;

namespace FastRebalance.Web;

/// <summary>Why something was not answered or done, and what to do.</summary>
internal sealed record Refusal(int Status, string Error);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(Refusal))]
internal sealed partial class RefusalJson : JsonSerializerContext;
