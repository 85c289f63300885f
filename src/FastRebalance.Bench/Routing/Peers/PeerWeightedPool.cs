using System.Text.Json;
using FastRebalance.Amm;
using FastRebalance.Core.Assets;

namespace FastRebalance.Bench.Routing.Peers;

/// <summary>A weighted pool of Balancer's V2 vault.</summary>
/// <param name="Assets">Indices of its assets, ascending.</param>
/// <param name="FeePips">Fee on the input in millionths.</param>
/// <param name="Balances">Base units of each asset.</param>
/// <param name="Weights">Of each asset, with 18 decimals; their sum is one.</param>
public sealed record PeerWeightedPool(
    IReadOnlyList<int> Assets, uint FeePips, IReadOnlyList<UInt256> Balances, IReadOnlyList<UInt256> Weights)
    : PeerVaultPool(Assets, FeePips, Balances)
{
    public override string Kind => BalancerWeightedPool.KindName;

    private protected override IEnumerable<UInt256> FurtherParameters => Weights.Count == Assets.Count
        ? Weights
        : throw new InvalidDataException($"{Kind} pool: {Assets.Count} assets want as many weights, found {Weights.Count}");

    public override void WriteState(Utf8JsonWriter writer)
    {
        base.WriteState(writer);
        WriteAll(writer, "weights", Weights);
    }

    private protected override Pool Create(PoolId id, AssetId[] assets) => new BalancerWeightedPool(VaultFacts(), id, assets);
}
