using System.Text.Json;

namespace FastRebalance.Ethereum.Rpc;

/// <summary>What is subscribed to, in the words of a node that pushes and of one that must be asked.</summary>
/// <param name="WritePushParams">Parameters of <c>eth_subscribe</c>.</param>
/// <param name="FilterMethod">Method that installs the filter to poll; null for heads, which are polled by block.</param>
/// <param name="WriteFilterParams">Parameters of <paramref name="FilterMethod"/>.</param>
internal sealed record SubscriptionTopic(
    Action<Utf8JsonWriter> WritePushParams, string? FilterMethod, Action<Utf8JsonWriter>? WriteFilterParams);
