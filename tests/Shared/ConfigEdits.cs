using System.Text.Json.Nodes;

namespace FastRebalance.Tests;

/// <summary>Writes a changed copy of a configuration beside the original, so that relative paths in it stay right.</summary>
internal static class ConfigEdits
{
    public static string Write(string original, string name, Action<JsonObject> edit)
    {
        JsonObject root = JsonNode.Parse(File.ReadAllText(original))!.AsObject();
        edit(root);
        string path = Path.Combine(Path.GetDirectoryName(original)!, name);
        File.WriteAllText(path, root.ToJsonString());
        return path;
    }

    /// <summary>The first trigger's band.</summary>
    public static void SetBand(this JsonObject root, double absoluteBps) =>
        root["portfolios"]![0]!["triggers"]![0]!["absoluteBps"] = absoluteBps;

    public static void SetWeights(this JsonObject root, params (string Symbol, double Weight)[] weights) =>
        root["portfolios"]![0]!["target"]!["weights"] =
            new JsonObject(weights.Select(w => KeyValuePair.Create<string, JsonNode?>(w.Symbol, w.Weight)));

    public static void SetEndpoints(this JsonObject root, params string[] endpoints) =>
        root["chain"]!["endpoints"] = new JsonArray([.. endpoints.Select(endpoint => (JsonNode)endpoint)]);

    /// <summary>A journal folder of its own, where a test reads what its run alone has written.</summary>
    public static void SetJournal(this JsonObject root, string folder) => root["engine"]!["journal"] = folder;
}
