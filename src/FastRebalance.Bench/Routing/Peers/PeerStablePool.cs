using System.Text.Json;
using FastRebalance.Amm;
using FastRebalance.Amm.Balancer;
using FastRebalance.Core.Assets;

namespace FastRebalance.Bench.Routing.Peers;

/// <summary>A composable stable pool of Balancer's V2 vault, every rate one; its share token is no asset here.</summary>
/// <param name="Assets">Indices of its assets, ascending.</param>
/// <param name="FeePips">Fee on the input in millionths.</param>
/// <param name="Balances">Base units of each asset.</param>
/// <param name="Amplification">As people state it, without the contract's three decimals.</param>
public sealed record PeerStablePool(
    IReadOnlyList<int> Assets, uint FeePips, IReadOnlyList<UInt256> Balances, uint Amplification)
    : PeerVaultPool(Assets, FeePips, Balances)
{
    public override string Kind => BalancerStablePool.KindName;

    private protected override IEnumerable<UInt256> FurtherParameters =>
        [(ulong)Amplification * StableMath.AmplificationPrecision, .. Assets.Select(_ => UInt256.PowerOfTen(18))];

    public override void WriteState(Utf8JsonWriter writer)
    {
        base.WriteState(writer);
        writer.WriteNumber("amplification", Amplification);
    }

    private protected override Pool Create(PoolId id, AssetId[] assets) => new BalancerStablePool(VaultFacts(), id, assets);
}
