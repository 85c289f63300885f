namespace FastRebalance.Bench.Settings;

/// <summary>A way to run the same program: variables of the runtime that differ from the plain ones.</summary>
/// <param name="Name">What is different.</param>
/// <param name="Variables">Environment variables of the runtime, by name.</param>
internal sealed record RuntimeSetting(string Name, IReadOnlyDictionary<string, string> Variables)
{
    // Named in full, so that what is published does not change what is compared.
    private static readonly Dictionary<string, string> s_plain = new()
    {
        ["DOTNET_gcServer"] = "0",
        ["DOTNET_gcConcurrent"] = "1",
        ["DOTNET_TieredCompilation"] = "1",
        ["DOTNET_TieredPGO"] = "1",
        ["DOTNET_TC_QuickJitForLoops"] = "1",
        ["DOTNET_ReadyToRun"] = "1",
    };

    /// <summary>The plain settings twice, for how far equal things differ, then one change each.</summary>
    public static IReadOnlyList<RuntimeSetting> All { get; } =
    [
        new("as published", new Dictionary<string, string>()),
        But("plain"),
        But("plain again"),
        But("server GC", ("DOTNET_gcServer", "1")),
        But("GC not concurrent", ("DOTNET_gcConcurrent", "0")),
        But("no PGO", ("DOTNET_TieredPGO", "0")),
        But("no quick code for loops", ("DOTNET_TC_QuickJitForLoops", "0")),
        But("no code from ahead", ("DOTNET_ReadyToRun", "0")),
        But("no tiers", ("DOTNET_TieredCompilation", "0")),
        But("no tiers, no code from ahead", ("DOTNET_TieredCompilation", "0"), ("DOTNET_ReadyToRun", "0")),
    ];

    /// <summary>What differs from plain, as it would be typed.</summary>
    public string Typed => string.Join(' ', Variables.Where(v => s_plain[v.Key] != v.Value).Select(v => $"{v.Key}={v.Value}"));

    private static RuntimeSetting But(string name, params (string Name, string Value)[] changes)
    {
        Dictionary<string, string> variables = new(s_plain);
        foreach ((string variable, string value) in changes)
            variables[variable] = value;
        return new RuntimeSetting(name, variables);
    }
}
