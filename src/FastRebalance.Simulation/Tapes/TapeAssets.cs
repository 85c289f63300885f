using System.Text;
using FastRebalance.Core.Assets;

namespace FastRebalance.Simulation.Tapes;

/// <summary>One asset as the readers of tapes need it.</summary>
/// <param name="Symbol">The desk's name; the name of its column.</param>
/// <param name="Decimals">Base units per whole token are ten to this power.</param>
/// <param name="Address">The token; zero where nobody said. A tape of ticks needs it to know which token is the first.</param>
public sealed record TapeAsset(string Symbol, int Decimals, Address Address);

/// <summary>The assets that a tape must price.</summary>
/// <param name="List">All assets, in the engine's order.</param>
/// <param name="Numeraire">Prices are in this one.</param>
public sealed record TapeAssets(IReadOnlyList<TapeAsset> List, AssetId Numeraire)
{
    public int Count => List.Count;

    public string NumeraireSymbol => List[Numeraire.Index].Symbol;

    /// <summary>Index of the asset with this symbol; -1 for none.</summary>
    public int IndexOf(ReadOnlySpan<byte> symbol)
    {
        string name = Encoding.UTF8.GetString(symbol);
        for (int i = 0; i < List.Count; i++)
            if (string.Equals(List[i].Symbol, name, StringComparison.OrdinalIgnoreCase))
                return i;
        return -1;
    }

    public string SymbolsText => string.Join(", ", List.Select(a => a.Symbol));
}
