using System.Globalization;
using System.Text.Json;
using FastRebalance.Amm;
using FastRebalance.Core.Assets;
using FastRebalance.Core.Events;

namespace FastRebalance.Bench.Routing.Peers;

/// <summary>A pool of Uniswap V3, of one of the four fees that its factory began with.</summary>
/// <param name="Asset0">Index of its first asset.</param>
/// <param name="Asset1">Index of its second asset, above the first.</param>
/// <param name="FeePips">100, 500, 3000 or 10000; the tick spacing follows from it.</param>
/// <param name="Now">Price, active liquidity and tick.</param>
/// <param name="Ticks">Every initialised tick, ascending.</param>
public sealed record PeerConcentratedPool(
    int Asset0, int Asset1, uint FeePips, ConcentratedState Now, IReadOnlyList<TickLiquidity> Ticks)
    : PeerPool([Asset0, Asset1], FeePips)
{
    private const double Q96 = 79228162514264337593543950336.0;

    public override string Kind => UniswapV3Pool.KindName;

    /// <exception cref="InvalidDataException">The factory began with no such fee.</exception>
    public static int SpacingOf(uint feePips) => feePips switch
    {
        100 => 1,
        500 => 10,
        3_000 => 60,
        10_000 => 200,
        _ => throw new InvalidDataException($"no tick spacing belongs to a fee of {feePips} millionths"),
    };

    public override double SideOf(int asset)
    {
        double root = (double)Now.SqrtPriceX96 / Q96;
        return asset == Asset0 ? (double)Now.Liquidity / root : (double)Now.Liquidity * root;
    }

    public override void WriteState(Utf8JsonWriter writer)
    {
        writer.WriteString("sqrtPriceX96", Now.SqrtPriceX96.ToString());
        writer.WriteString("liquidity", Now.Liquidity.ToString(CultureInfo.InvariantCulture));
        writer.WriteNumber("tick", Now.Tick);
        writer.WriteStartArray("ticks");
        foreach (TickLiquidity tick in Ticks)
        {
            writer.WriteStartObject();
            writer.WriteNumber("index", tick.Index);
            writer.WriteString("gross", tick.Gross.ToString(CultureInfo.InvariantCulture));
            writer.WriteString("net", tick.Net.ToString(CultureInfo.InvariantCulture));
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
    }

    private protected override Pool Create(PoolId id, AssetId[] assets) => new UniswapV3Pool(Facts(SpacingOf(FeePips)), id, assets);

    private protected override IEnumerable<MarketEvent> State() =>
    [
        .. Ticks.Select(tick => new MarketEvent { Kind = MarketEventKind.TickLiquidity, Tick = tick }),
        new MarketEvent { Kind = MarketEventKind.Concentrated, Concentrated = Now },
    ];
}
