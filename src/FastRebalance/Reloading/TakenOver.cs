using System.Text.Json;
using FastRebalance.Configuration;
using FastRebalance.Engine.Sizing;
using FastRebalance.Engine.Targets;
using FastRebalance.Engine.Triggers;

namespace FastRebalance.Reloading;

/// <summary>
/// The plug-ins that a configuration has in common with the one before it: same kind, same options, same tier. They are taken over as they are, so that a
/// floor, an interval or a programme goes on; a plug-in that is changed begins as at a start. Each is taken over once.
/// </summary>
/// <remarks>
/// Where the constraints differ no sizer is taken over: they are built into it. Asking changes nothing in a plug-in, so this may be done while an engine
/// works with it.
/// </remarks>
internal sealed class TakenOver
{
    private readonly PolicyBefore? _before;
    private readonly bool _sizersFit;
    private readonly HashSet<object> _taken = new(ReferenceEqualityComparer.Instance);

    public TakenOver(ConfigFile config, PolicyBefore? before)
    {
        _before = before is { Config.Portfolio.Position: null } ? before : null;
        _sizersFit = _before is not null && ConfigDifferences.AreEqual(ConstraintsOf(config), ConstraintsOf(_before.Config));
    }

    public ITarget? Target(PluginSection section) => Find(section, [_before?.Config.Portfolio.Target], [_before?.Policy.Target]);

    public ISizer? Sizer(PluginSection section) =>
        _sizersFit ? Find(section, [_before?.Config.Portfolio.Sizing], [_before?.Policy.Sizer]) : null;

    public ISizer? SafetySizer(PluginSection section) => _sizersFit
        ? Find(section, [_before?.Config.Portfolio.Safety?.Sizing ?? _before?.Config.Portfolio.Sizing], [_before?.Policy.Safety?.Sizer])
        : null;

    public ITrigger? Trigger(PluginSection section) => Find(section, _before?.Config.Portfolio.Triggers, _before?.Policy.Triggers);

    public ITrigger? SafetyTrigger(PluginSection section) =>
        Find(section, _before?.Config.Portfolio.Safety?.Triggers, _before?.Policy.Safety?.Triggers);

    private T? Find<T>(PluginSection section, IReadOnlyList<PluginSection?>? sections, IReadOnlyList<T?>? plugins)
        where T : class
    {
        for (int i = 0; i < (plugins?.Count ?? 0); i++)
            if (plugins![i] is { } plugin && sections![i] is { } other && !_taken.Contains(plugin) && IsSame(section, other) && _taken.Add(plugin))
                return plugin;
        return null;
    }

    private static bool IsSame(PluginSection one, PluginSection other) =>
        one.Kind == other.Kind && ConfigDifferences.AreEqual(one.Options, other.Options);

    private static JsonElement ConstraintsOf(ConfigFile config) =>
        ConfigDifferences.Root(config.Text).TryGetProperty("portfolios", out JsonElement portfolios) && portfolios.GetArrayLength() > 0
            && portfolios[0].TryGetProperty("constraints", out JsonElement constraints)
            ? constraints
            : default;
}
