using FastRebalance.Amm;
using FastRebalance.Core.Assets;

namespace FastRebalance.Engine;

/// <summary>One asset as the engine needs it.</summary>
/// <param name="Symbol">The desk's name for it.</param>
/// <param name="Decimals">Base units per whole token are ten to this power; 0..36.</param>
public sealed record EngineAsset(string Symbol, int Decimals);

/// <summary>
/// All that does not change while the engine runs. Together with the stream of events it determines every decision.
/// </summary>
/// <param name="Assets">Every asset; the place in the list is <see cref="AssetId.Index"/>.</param>
/// <param name="Pools">Every pool; the place in the list is <see cref="PoolId.Index"/>. The engine thread owns them.</param>
/// <param name="Numeraire">Prices and limits are in this asset.</param>
/// <param name="Native">The wrapped form of the coin that gas is paid in; it gives gas its price.</param>
/// <param name="Epoch">Number of this run; it keeps order ids of different runs apart. 1..2^24-1.</param>
public sealed record EngineSetup(
    IReadOnlyList<EngineAsset> Assets,
    IReadOnlyList<Pool> Pools,
    AssetId Numeraire,
    AssetId Native,
    ulong Epoch)
{
    /// <summary>Safety has a sender of its own: its orders wait for no economic one, but go before it.</summary>
    public bool SafetyPreempts { get; init; }

    /// <summary>The account borrows in a lending market, which tells its terms and positions as events.</summary>
    public bool Borrows { get; init; }

    /// <summary>Pool positions of the desk that are followed on the chain and told as events.</summary>
    public IReadOnlyList<EngineLiquidity> Liquidity { get; init; } = [];
}
