using FastRebalance.Core.Assets;
using FastRebalance.Core.Configuration;

namespace FastRebalance.Engine.Positions;

/// <summary>What the options of positions have in common.</summary>
internal static class PositionOptions
{
    /// <exception cref="ArgumentException">No asset is called so; options that were checked do not come to it.</exception>
    public static AssetId IndexOf(IReadOnlyList<string> symbols, string symbol)
    {
        for (int i = 0; i < symbols.Count; i++)
            if (symbols[i] == symbol)
                return AssetId.FromIndex(i);
        throw new ArgumentException($"no asset is called {symbol}");
    }

    /// <summary>Two symbols that must be known and differ.</summary>
    public static IEnumerable<OptionProblem> PairProblems(
        string oneField, string one, string otherField, string other, IReadOnlyCollection<string> assets)
    {
        string wanted = $"one of {string.Join(", ", assets)}";
        if (!assets.Contains(one))
            yield return new(oneField, one.Length == 0 ? "nothing" : $"\"{one}\"", wanted);
        if (!assets.Contains(other))
            yield return new(otherField, other.Length == 0 ? "nothing" : $"\"{other}\"", wanted);
        else if (one == other)
            yield return new(otherField, $"\"{other}\", the same as {oneField}", "another asset");
    }
}
