using System.Collections;
using System.Text.Json.Serialization.Metadata;
using FastRebalance.Configuration;
using FastRebalance.Core.Configuration;

namespace FastRebalance.Composition;

/// <summary>
/// The plug-ins of one seam by their configured name. A plug-in is added by one line; binding, the check of its options and the
/// error that lists the known names come from here.
/// </summary>
/// <typeparam name="TPlugin">The seam.</typeparam>
public sealed class Registry<TPlugin> : IEnumerable<string>
{
    private readonly string _seam;
    private readonly SortedDictionary<string, Func<PluginSection, BuildContext, List<ConfigProblem>, TPlugin?>> _makers = new(StringComparer.Ordinal);

    private readonly SortedDictionary<string, JsonTypeInfo?> _options = new(StringComparer.Ordinal);

    internal Registry(string seam) => _seam = seam;

    /// <summary>Each name and what its options are read as; null for one that reads its section by itself.</summary>
    internal IEnumerable<(string Name, JsonTypeInfo? Options)> Options => _options.Select(static pair => (pair.Key, pair.Value));

    public IReadOnlyCollection<string> Names => _makers.Keys;

    internal string NamesText => string.Join(", ", Names);

    internal bool Has(string name) => _makers.ContainsKey(name);

    internal void Add<TOptions>(string name, JsonTypeInfo<TOptions> json, Func<TOptions, BuildContext, TPlugin> make)
        where TOptions : class, IPluginOptions
    {
        _options.Add(name, json);
        _makers.Add(name, (section, context, problems) =>
            TryBind(section, json, context, problems, out TOptions? options) ? make(options!, context) : default);
    }

    /// <summary>A plug-in that is made of others, and so reads its section by itself.</summary>
    internal void Add(string name, Func<PluginSection, BuildContext, List<ConfigProblem>, TPlugin?> make)
    {
        _options.Add(name, null);
        _makers.Add(name, make);
    }

    /// <summary>Builds the plug-in that the section names; null, with problems added, where that cannot be.</summary>
    internal TPlugin? Create(PluginSection section, BuildContext context, List<ConfigProblem> problems)
    {
        if (section.Kind.Length == 0)
            return default; // the reader has reported the missing kind
        if (_makers.TryGetValue(section.Kind, out Func<PluginSection, BuildContext, List<ConfigProblem>, TPlugin?>? make))
            return make(section, context, problems);
        problems.Add(new ConfigProblem($"{section.Path}.kind", $"\"{section.Kind}\"", $"a {_seam}: {NamesText}"));
        return default;
    }

    public IEnumerator<string> GetEnumerator() => _makers.Keys.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private static bool TryBind<TOptions>(
        PluginSection section, JsonTypeInfo<TOptions> json, BuildContext context, List<ConfigProblem> problems, out TOptions? options)
        where TOptions : class, IPluginOptions
    {
        options = OptionReader.TryRead(section.Kind, section.Options, json, out OptionProblem misfit);
        if (options is null)
        {
            problems.Add(new ConfigProblem(PathOf(section, misfit.Field), misfit.Found, misfit.Wanted));
            return false;
        }
        int before = problems.Count;
        foreach (OptionProblem problem in options.Problems(context.Symbols))
            problems.Add(new ConfigProblem($"{section.Path}.{problem.Field}", problem.Found, problem.Wanted));
        if (options is ITierOptions tiered)
            foreach (OptionProblem problem in tiered.Problems(context.Tier))
                problems.Add(new ConfigProblem($"{section.Path}.{problem.Field}", problem.Found, problem.Wanted));
        if (options is IRiskyOptions risky && !context.Numeraire.IsNone)
            foreach (OptionProblem problem in risky.CashProblems(context.Symbols[context.Numeraire.Index], context.Symbols))
                problems.Add(new ConfigProblem($"{section.Path}.{problem.Field}", problem.Found, problem.Wanted));
        return problems.Count == before;
    }

    private static string PathOf(PluginSection section, string field) => field.Length == 0 ? section.Path : $"{section.Path}.{field}";
}
