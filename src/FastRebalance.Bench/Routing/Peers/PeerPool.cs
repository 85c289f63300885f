using System.Text.Json;
using FastRebalance.Amm;
using FastRebalance.Core.Assets;
using FastRebalance.Core.Events;

namespace FastRebalance.Bench.Routing.Peers;

/// <summary>A pool as every router is told of it. Every asset has 18 decimals.</summary>
/// <param name="Assets">Indices of its assets, ascending.</param>
/// <param name="FeePips">Fee on the input in millionths.</param>
public abstract record PeerPool(IReadOnlyList<int> Assets, uint FeePips)
{
    /// <summary>Name of our kind of pool.</summary>
    public abstract string Kind { get; }

    /// <summary>Base units that stand behind the price on the asset's side.</summary>
    public abstract double SideOf(int asset);

    /// <summary>Our pool with this state, ready to be quoted.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="assetCount">Assets of the market.</param>
    /// <exception cref="InvalidDataException">There can be no such pool.</exception>
    public Pool MakePool(PoolId id, int assetCount)
    {
        if (!AreAscending(assetCount))
            throw new InvalidDataException($"{Kind} pool {id.Index}: wanted are 2 to {Pool.MaxAssets} assets below {assetCount}, ascending");
        Pool made = Create(id, [.. Assets.Select(AssetId.FromIndex)]);
        foreach (MarketEvent state in State())
        {
            MarketEvent e = state;
            e.Subject = id.Value;
            made.Apply(in e);
        }
        made.Apply(new MarketEvent { Kind = MarketEventKind.PoolReady, Subject = id.Value });
        return made.IsReady ? made : throw new InvalidDataException($"{Kind} pool {id.Index}: its state cannot be");
    }

    /// <summary>Writes what the kind has beside assets and fee, as fields of an open object.</summary>
    public abstract void WriteState(Utf8JsonWriter writer);

    private protected abstract Pool Create(PoolId id, AssetId[] assets);

    /// <summary>The events that bring the state; their subject is set by the caller.</summary>
    private protected abstract IEnumerable<MarketEvent> State();

    private protected PoolFacts Facts(int tickSpacing = 0) => new(Kind, default, default, default, FeePips, tickSpacing);

    private bool AreAscending(int assetCount)
    {
        if (Assets.Count is < 2 or > Pool.MaxAssets || Assets[0] < 0 || Assets[^1] >= assetCount)
            return false;
        for (int i = 1; i < Assets.Count; i++)
            if (Assets[i - 1] >= Assets[i])
                return false;
        return true;
    }
}
