using System.Collections;
using System.Diagnostics.CodeAnalysis;
using FastRebalance.Amm;

namespace FastRebalance.Composition;

/// <summary>AMMs by their configured name.</summary>
public sealed class PoolRegistry : IEnumerable<PoolKind>
{
    private readonly SortedDictionary<string, PoolKind> _kinds = new(StringComparer.Ordinal);

    internal PoolRegistry(params ReadOnlySpan<PoolKind> kinds)
    {
        foreach (PoolKind kind in kinds)
            _kinds.Add(kind.Name, kind);
    }

    public IReadOnlyCollection<string> Names => _kinds.Keys;

    internal string NamesText => string.Join(", ", Names);

    public bool Has(string name) => _kinds.ContainsKey(name);

    public bool TryGet(string name, [NotNullWhen(true)] out PoolKind? kind) => _kinds.TryGetValue(name, out kind);

    public IEnumerator<PoolKind> GetEnumerator() => _kinds.Values.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
