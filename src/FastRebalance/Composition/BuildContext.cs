namespace FastRebalance.Composition;

/// <summary>What a plug-in may know of the configuration when it is built.</summary>
/// <param name="Symbols">Symbols of the assets, in order.</param>
public sealed record BuildContext(List<string> Symbols)
{
    public int AssetCount => Symbols.Count;
}
