namespace FastRebalance.Core.Configuration;

/// <summary>Options of a plug-in, bound from its JSON object. They name all their mistakes at once, before anything is built.</summary>
/// <remarks>Properties have setters: the generated JSON reader would give an init-only property its type's default instead of its own.</remarks>
public interface IPluginOptions
{
    /// <summary>Every mistake; empty when the options may be used.</summary>
    /// <param name="assets">Symbols of the configured assets.</param>
    IEnumerable<OptionProblem> Problems(IReadOnlyCollection<string> assets);
}
