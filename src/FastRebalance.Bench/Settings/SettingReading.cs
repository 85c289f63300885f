using System.Text.Json;

namespace FastRebalance.Bench.Settings;

/// <summary>What one child process measured.</summary>
/// <param name="WarmAfterPrices">Prices until the median was steady; null when it never was before the measurement.</param>
internal sealed record SettingReading(
    long? WarmAfterPrices, long P50Ns, long P99Ns, long P999Ns, long? SignedP50Ns, long? SignedP99Ns,
    long HotBytes, long ProcessBytes, long Collections)
{
    /// <summary>Reads the JSON document of `bench`.</summary>
    public static SettingReading Of(JsonElement bench)
    {
        JsonElement decision = bench.GetProperty("dueToDecision");
        JsonElement warm = bench.GetProperty("runs")[0].GetProperty("warmAfterPrices");
        bool fired = bench.TryGetProperty("dueToSigned", out JsonElement signed);
        return new SettingReading(
            warm.ValueKind == JsonValueKind.Number ? warm.GetInt64() : null,
            decision.GetProperty("p50Ns").GetInt64(), decision.GetProperty("p99Ns").GetInt64(), decision.GetProperty("p999Ns").GetInt64(),
            fired ? signed.GetProperty("p50Ns").GetInt64() : null, fired ? signed.GetProperty("p99Ns").GetInt64() : null,
            bench.GetProperty("allocatedBytes").GetInt64(), bench.GetProperty("processAllocatedBytes").GetInt64(),
            bench.GetProperty("gcCounts").EnumerateArray().Sum(c => c.GetInt64()));
    }
}
