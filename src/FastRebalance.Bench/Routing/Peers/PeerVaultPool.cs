using System.Text.Json;
using FastRebalance.Amm;
using FastRebalance.Amm.Balancer;
using FastRebalance.Core.Assets;
using FastRebalance.Core.Events;

namespace FastRebalance.Bench.Routing.Peers;

/// <summary>A pool of Balancer's V2 vault, of two to eight assets.</summary>
/// <param name="Assets">Indices of its assets, ascending.</param>
/// <param name="FeePips">Fee on the input in millionths.</param>
/// <param name="Balances">Base units of each asset.</param>
public abstract record PeerVaultPool(IReadOnlyList<int> Assets, uint FeePips, IReadOnlyList<UInt256> Balances) : PeerPool(Assets, FeePips)
{
    private const int PipsTo18Decimals = 12;

    /// <summary>What the kind's formula has beside the fee, in the order of our parameters.</summary>
    private protected abstract IEnumerable<UInt256> FurtherParameters { get; }

    public override double SideOf(int asset) => (double)Balances[Enumerable.Range(0, Assets.Count).First(i => Assets[i] == asset)];

    public override void WriteState(Utf8JsonWriter writer) => WriteAll(writer, "balances", Balances);

    private protected static void WriteAll(Utf8JsonWriter writer, string name, IEnumerable<UInt256> amounts)
    {
        writer.WriteStartArray(name);
        foreach (UInt256 amount in amounts)
            writer.WriteStringValue(amount.ToString());
        writer.WriteEndArray();
    }

    /// <summary>Facts of a pool in a vault without address: nothing is sent to it.</summary>
    private protected PoolFacts VaultFacts() => new(Kind, default, default, default, 0)
    {
        FurtherTokens = new Address[Assets.Count - 2],
        Parameters = new Dictionary<string, string>
        {
            [BalancerParameters.PoolId] = "0x" + new string('0', 64),
            [BalancerParameters.Vault] = "0x" + new string('0', 40),
            [FactParameters.Decimals] = string.Join(',', Assets.Select(_ => "18")),
        },
    };

    private protected override IEnumerable<MarketEvent> State()
    {
        if (Balances.Count != Assets.Count)
            throw new InvalidDataException($"{Kind} pool: {Assets.Count} assets want as many balances, found {Balances.Count}");
        UInt256 fee = UInt256.WrappingMultiply(FeePips, UInt256.PowerOfTen(PipsTo18Decimals));
        return [.. Numbers(MarketEventKind.PoolBalance, Balances), .. Numbers(MarketEventKind.PoolParameter, FurtherParameters.Prepend(fee))];
    }

    private static IEnumerable<MarketEvent> Numbers(MarketEventKind kind, IEnumerable<UInt256> values) =>
        values.Select((value, i) => new MarketEvent { Kind = kind, PoolValue = new PoolValue { Index = (byte)i, Value = value } });
}
