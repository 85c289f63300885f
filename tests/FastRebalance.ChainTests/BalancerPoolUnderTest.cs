using FastRebalance.Amm;
using FastRebalance.Amm.Balancer;
using FastRebalance.Core.Assets;

namespace FastRebalance.ChainTests;

/// <summary>A pool as it was read from the test chain.</summary>
public sealed record BalancerPoolUnderTest(string Name, Pool Pool)
{
    public Hash32 VaultId => ((BalancerPool)Pool).VaultId;

    public Address Token(AssetId asset) => Pool.Facts.Tokens.ElementAt(Pool.IndexOf(asset));

    public override string ToString() => $"{Pool.Kind} '{Name}'";
}
