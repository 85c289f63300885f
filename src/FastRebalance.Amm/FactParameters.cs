using System.Globalization;
using FastRebalance.Core.Assets;

namespace FastRebalance.Amm;

/// <summary>Reads what pool kinds put among <see cref="PoolFacts.Parameters"/> when they describe a pool.</summary>
internal static class FactParameters
{
    /// <summary>Decimals of the tokens, in their order, with commas between.</summary>
    public const string Decimals = "decimals";

    /// <exception cref="ArgumentException">The fact is missing.</exception>
    public static string Require(PoolFacts facts, string name) => facts.Parameters.TryGetValue(name, out string? value)
        ? value
        : throw new ArgumentException($"pool {facts.Address}: its facts lack '{name}': describe it anew");

    /// <summary>What lifts each token's units to 18 decimals, itself with 18 decimals.</summary>
    /// <exception cref="ArgumentException">The fact is missing or holds no decimals from 0 to 18 for each token.</exception>
    public static UInt256[] ScalingFactors(PoolFacts facts)
    {
        string stated = Require(facts, Decimals);
        string[] parts = stated.Split(',');
        UInt256[] factors = new UInt256[facts.TokenCount];
        if (parts.Length != factors.Length)
            throw new ArgumentException($"pool {facts.Address}: {factors.Length} tokens want as many decimals, found '{stated}'");
        for (int i = 0; i < factors.Length; i++)
        {
            if (!int.TryParse(parts[i], NumberStyles.None, CultureInfo.InvariantCulture, out int decimals) || decimals > 18)
                throw new ArgumentException($"pool {facts.Address}: a token has 0 to 18 decimals here, found '{parts[i]}'");
            factors[i] = UInt256.PowerOfTen(18 + 18 - decimals);
        }
        return factors;
    }
}
