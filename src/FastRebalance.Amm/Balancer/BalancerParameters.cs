namespace FastRebalance.Amm.Balancer;

/// <summary>What a Balancer pool's facts carry beside its tokens and their decimals, by names of its own.</summary>
internal static class BalancerParameters
{
    /// <summary>The pool's id in the vault.</summary>
    public const string PoolId = "poolId";

    public const string Vault = "vault";

    /// <summary>Which deployment's arithmetic: <see cref="Older"/>, or nothing for the present one.</summary>
    public const string Arithmetic = "arithmetic";

    /// <summary>Weighted pools before 2022, whose powers have no shortcuts; stable pools without a share token of their own in the vault.</summary>
    public const string Older = "older";

    public static bool IsOlder(PoolFacts facts) => facts.Parameters.GetValueOrDefault(Arithmetic) == Older;
}
