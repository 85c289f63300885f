using System.Globalization;
using FastRebalance.Core.Assets;

namespace FastRebalance.Amm.Balancer;

/// <summary>What a Balancer pool's facts carry beside its tokens, by names of its own.</summary>
internal static class BalancerParameters
{
    /// <summary>The pool's id in the vault.</summary>
    public const string PoolId = "poolId";

    public const string Vault = "vault";

    /// <summary>Decimals of the tokens, in their order, with commas between.</summary>
    public const string Decimals = "decimals";

    /// <summary>Which deployment's arithmetic: <see cref="Older"/>, or nothing for the present one.</summary>
    public const string Arithmetic = "arithmetic";

    /// <summary>Weighted pools before 2022, whose powers have no shortcuts; stable pools without a share token of their own in the vault.</summary>
    public const string Older = "older";

    /// <exception cref="ArgumentException">The fact is missing.</exception>
    public static string Fact(PoolFacts facts, string name) => facts.Parameters.TryGetValue(name, out string? value)
        ? value
        : throw new ArgumentException($"pool {facts.Address}: its facts lack '{name}': describe it anew");

    public static bool IsOlder(PoolFacts facts) => facts.Parameters.GetValueOrDefault(Arithmetic) == Older;

    /// <summary>What lifts each token's units to 18 decimals, itself with 18 decimals.</summary>
    /// <exception cref="ArgumentException">The fact is missing or holds no decimals from 0 to 18 for each token.</exception>
    public static UInt256[] ScalingFactors(PoolFacts facts)
    {
        string[] parts = Fact(facts, Decimals).Split(',');
        UInt256[] factors = new UInt256[facts.TokenCount];
        if (parts.Length != factors.Length)
            throw new ArgumentException($"pool {facts.Address}: {factors.Length} tokens want as many decimals, found '{facts.Parameters[Decimals]}'");
        for (int i = 0; i < factors.Length; i++)
        {
            if (!int.TryParse(parts[i], NumberStyles.None, CultureInfo.InvariantCulture, out int decimals) || decimals > 18)
                throw new ArgumentException($"pool {facts.Address}: a token has 0 to 18 decimals here, found '{parts[i]}'");
            factors[i] = UInt256.PowerOfTen(18 + 18 - decimals);
        }
        return factors;
    }
}
