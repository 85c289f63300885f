using FastRebalance.Configuration;
using FastRebalance.Engine.Sizing;

namespace FastRebalance.Composition;

/// <summary>Sizers that are made of another. Each reads its own section, and every mistake is told with its whole path.</summary>
internal static class NestedSizers
{
    private const int MostSlices = 10_000;

    /// <summary>
    /// <c>{ "kind": "twap", "sizer": { "kind": … }, "slices": 4, "maxSliceNumeraire": 50000, "coolDown": "00:05:00", "stopBps": 20 }</c>.
    /// Of <c>slices</c> and <c>maxSliceNumeraire</c> one is needed; with both, the smaller slice counts. A trigger must go on firing for the
    /// slices to go on: put it into a <c>hysteresis</c> whose <c>releaseBps</c> is no wider than <c>stopBps</c>.
    /// </summary>
    public static ISizer? Twap(PluginSection section, BuildContext context, List<ConfigProblem> problems)
    {
        int before = problems.Count;
        JsonSection json = new(section.Options, section.Path, problems);
        json.Has("kind");
        bool hasLimit = json.Has("maxSliceNumeraire");
        double maxSlice = json.Number("maxSliceNumeraire", "a number above 0", static x => x > 0, double.PositiveInfinity);
        long slices = json.Integer("slices", $"a whole number from 1 to {MostSlices}, or maxSliceNumeraire", 1, MostSlices, hasLimit ? 1 : null);
        TimeSpan coolDown = json.Time("coolDown", "a time of zero or more, such as \"00:05:00\"", static t => t >= TimeSpan.Zero);
        double stopBps = json.Number("stopBps", "a number from 0 and below 10000", static x => x is >= 0 and < 10_000);
        ISizer? sizer = Create(json.Section("sizer", "a sizer: { \"kind\": … }"), context, problems);
        json.RejectUnknown();
        return problems.Count == before && sizer is not null
            ? new TwapSizer(sizer, (int)slices, maxSlice, coolDown, stopBps, context.Constraints)
            : null;
    }

    private static ISizer? Create(JsonSection json, BuildContext context, List<ConfigProblem> problems) =>
        Sizers.Registry.Create(new PluginSection(json.Path, json.Text("kind", "the sizer's name"), json.Element), context, problems);
}
