using FastRebalance.Configuration;
using FastRebalance.Engine.Triggers;

namespace FastRebalance.Composition;

/// <summary>Triggers that are made of others, to any depth. Each reads its own section, and every mistake is told with its whole path.</summary>
internal static class NestedTriggers
{
    private const string OneWanted = "a trigger: { \"kind\": … }";

    public static ITrigger? All(PluginSection section, BuildContext context, List<ConfigProblem> problems) =>
        Several(section, context, problems) is { } triggers ? new AllTrigger(triggers) : null;

    public static ITrigger? Any(PluginSection section, BuildContext context, List<ConfigProblem> problems) =>
        Several(section, context, problems) is { } triggers ? new AnyTrigger(triggers) : null;

    public static ITrigger? CoolDown(PluginSection section, BuildContext context, List<ConfigProblem> problems)
    {
        int before = problems.Count;
        JsonSection json = Open(section, problems);
        TimeSpan time = json.Time("time", "a time above zero, such as \"00:10:00\"", static t => t > TimeSpan.Zero);
        ITrigger? trigger = One(json, context, problems);
        return problems.Count == before && trigger is not null ? new CoolDownTrigger(trigger, time) : null;
    }

    public static ITrigger? Hysteresis(PluginSection section, BuildContext context, List<ConfigProblem> problems)
    {
        int before = problems.Count;
        JsonSection json = Open(section, problems);
        double releaseBps = json.Number("releaseBps", "a number from 0 and below 10000", static x => x is >= 0 and < 10_000);
        ITrigger? trigger = One(json, context, problems);
        return problems.Count == before && trigger is not null ? new HysteresisTrigger(trigger, releaseBps) : null;
    }

    private static List<ITrigger>? Several(PluginSection section, BuildContext context, List<ConfigProblem> problems)
    {
        int before = problems.Count;
        JsonSection json = Open(section, problems);
        List<ITrigger> triggers = [];
        foreach (JsonSection nested in json.Sections("triggers", $"a list of at least one {OneWanted}"))
            if (Create(nested, context, problems) is { } trigger)
                triggers.Add(trigger);
        json.RejectUnknown();
        return problems.Count == before ? triggers : null;
    }

    private static ITrigger? One(JsonSection json, BuildContext context, List<ConfigProblem> problems)
    {
        ITrigger? trigger = Create(json.Section("trigger", OneWanted), context, problems);
        json.RejectUnknown();
        return trigger;
    }

    private static ITrigger? Create(JsonSection json, BuildContext context, List<ConfigProblem> problems) =>
        Triggers.Registry.Create(new PluginSection(json.Path, json.Text("kind", "the trigger's name"), json.Element), context, problems);

    private static JsonSection Open(PluginSection section, List<ConfigProblem> problems)
    {
        JsonSection json = new(section.Options, section.Path, problems);
        json.Has("kind");
        return json;
    }
}
