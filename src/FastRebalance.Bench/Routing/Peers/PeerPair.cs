using System.Text.Json;
using FastRebalance.Amm;
using FastRebalance.Core.Assets;
using FastRebalance.Core.Events;

namespace FastRebalance.Bench.Routing.Peers;

/// <summary>A constant-product pair with Uniswap V2's own fee.</summary>
/// <param name="Asset0">Index of its first asset.</param>
/// <param name="Asset1">Index of its second asset, above the first.</param>
/// <param name="Reserve0">Base units of the first asset.</param>
/// <param name="Reserve1">Base units of the second asset.</param>
public sealed record PeerPair(int Asset0, int Asset1, UInt256 Reserve0, UInt256 Reserve1)
    : PeerPool([Asset0, Asset1], UniswapV2Kind.DefaultFeePips)
{
    public override string Kind => UniswapV2Pool.KindName;

    public override double SideOf(int asset) => (double)(asset == Asset0 ? Reserve0 : Reserve1);

    public override void WriteState(Utf8JsonWriter writer)
    {
        writer.WriteString("reserve0", Reserve0.ToString());
        writer.WriteString("reserve1", Reserve1.ToString());
    }

    private protected override Pool Create(PoolId id, AssetId[] assets) => new UniswapV2Pool(Facts(), id, assets);

    private protected override IEnumerable<MarketEvent> State() =>
        [new MarketEvent { Kind = MarketEventKind.Reserves, Reserves = new PoolReserves { Reserve0 = Reserve0, Reserve1 = Reserve1 } }];
}
