using System.Text.Json;
using FastRebalance.Amm;
using FastRebalance.Amm.Balancer;
using FastRebalance.Core.Assets;
using FastRebalance.Core.Events;

namespace FastRebalance.UnitTests.Amm;

/// <summary>Makes Balancer pools, from a state recorded on mainnet or from numbers.</summary>
internal static class BalancerRecord
{
    public const string Vault = "0xba12222222228d8ba445958a75a0704d566bf2c8";

    /// <summary>A weighted or a stable pool; with the index in it of each token as the vault counts them, -1 for the share token.</summary>
    public static (Pool Pool, int[] Index) Read(JsonElement record)
    {
        Address address = Address.Parse(record.GetProperty("address").GetString());
        List<Address> tokens = [];
        List<int> index = [];
        List<int> held = [];
        foreach (JsonElement token in record.GetProperty("tokens").EnumerateArray())
        {
            Address at = Address.Parse(token.GetProperty("address").GetString());
            index.Add(at == address ? -1 : tokens.Count);
            if (at == address)
                continue;
            held.Add(index.Count - 1);
            tokens.Add(at);
        }
        bool isWeighted = record.TryGetProperty("weights", out JsonElement weights);
        bool isOlder = isWeighted
            ? record.GetProperty("pow_version").GetString() == "v1"
            : record.GetProperty("invariant_version").GetInt32() == 2;
        PoolFacts facts = Facts(isWeighted ? BalancerWeightedPool.KindName : BalancerStablePool.KindName, address, tokens,
            [.. held.Select(i => record.GetProperty("tokens")[i].GetProperty("decimals").GetInt32())], isOlder,
            record.GetProperty("pool_id").GetString()!);
        UInt256[] balances = [.. held.Select(i => PoolMaker.Number(record.GetProperty("balances")[i]))];
        UInt256 fee = Part(record.GetProperty("fee").GetString()!);
        UInt256[] own = isWeighted
            ? [.. held.Select(i => PoolMaker.Number(weights[i]))]
            : [PoolMaker.Number(record, "amp"), .. held.Select(i => PoolMaker.Number(record.GetProperty("resolved_scaling_factors")[i]))];
        return (Ready(facts, balances, [fee, .. own]), [.. index]);
    }

    public static BalancerWeightedPool Weighted(UInt256[] balances, UInt256[] weights, int[] decimals, UInt256 fee, bool isOlder = false) =>
        (BalancerWeightedPool)Ready(
            Facts(BalancerWeightedPool.KindName, PoolMaker.At, Tokens(balances.Length), decimals, isOlder), balances, [fee, .. weights]);

    public static BalancerStablePool Stable(UInt256[] balances, UInt256 amplification, UInt256[] scaling, UInt256 fee, bool isOlder = false) =>
        (BalancerStablePool)Ready(
            Facts(BalancerStablePool.KindName, PoolMaker.At, Tokens(balances.Length), [.. balances.Select(_ => 18)], isOlder),
            balances, [fee, amplification, .. scaling]);

    public static PoolFacts Facts(
        string kind, Address address, List<Address> tokens, int[] decimals, bool isOlder, string poolId = "") =>
        new(kind, address, tokens[0], tokens[1], 0)
        {
            FurtherTokens = tokens[2..],
            Parameters = new Dictionary<string, string>
            {
                [BalancerParameters.PoolId] = poolId.Length > 0 ? poolId : "0x" + new string('7', 64),
                [BalancerParameters.Vault] = Vault,
                [FactParameters.Decimals] = string.Join(',', decimals),
                [BalancerParameters.Arithmetic] = isOlder ? BalancerParameters.Older : "",
            },
        };

    public static List<Address> Tokens(int count) =>
        [.. Enumerable.Range(0, count).Select(i => Address.Parse($"0x00000000000000000000000000000000000000{0x10 + i:x2}"))];

    public static Pool Ready(PoolFacts facts, UInt256[] balances, UInt256[] parameters)
    {
        Assert.True(PoolKinds.TryFind(facts.Kind, out PoolKind? kind));
        Pool pool = kind.Create(facts, PoolMaker.Id, [.. Enumerable.Range(0, balances.Length).Select(AssetId.FromIndex)]);
        for (int i = 0; i < balances.Length; i++)
            pool.Apply(Value(MarketEventKind.PoolBalance, i, balances[i]));
        for (int i = 0; i < parameters.Length; i++)
            pool.Apply(Value(MarketEventKind.PoolParameter, i, parameters[i]));
        pool.Apply(PoolMaker.Ready());
        Assert.True(pool.IsReady);
        return pool;
    }

    public static MarketEvent Value(MarketEventKind kind, int index, UInt256 value) => new()
    {
        Kind = kind,
        Subject = PoolMaker.Id.Value,
        PoolValue = new PoolValue { Index = (byte)index, Value = value },
    };

    /// <summary>A fraction such as <c>3/1000</c> with 18 decimals.</summary>
    private static UInt256 Part(string fraction)
    {
        string[] parts = fraction.Split('/');
        return UInt256.Parse(parts[0]) * UInt256.PowerOfTen(18) / UInt256.Parse(parts[1]);
    }
}
