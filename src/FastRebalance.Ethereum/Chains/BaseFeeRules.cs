namespace FastRebalance.Ethereum.Chains;

/// <summary>How a chain's base fee moves from block to block.</summary>
/// <param name="Elasticity">The gas limit over the gas that leaves the fee as it is.</param>
/// <param name="Denominator">The fee moves by at most this part of it for each target's worth of gas away from the target.</param>
/// <param name="FollowsGasUsed">
/// The next block's fee follows from the head's gas by the rule of EIP-1559, to the wei. False where the chain goes by something that the head
/// does not show, such as a backlog or parameters of its own in each block; the two numbers are then a bound on the rise alone.
/// </param>
public sealed record BaseFeeRules(int Elasticity, int Denominator, bool FollowsGasUsed)
{
    /// <summary>Ethereum: a full block raises the fee by an eighth (EIP-1559).</summary>
    public static BaseFeeRules Ethereum { get; } = new(2, 8, true);

    /// <summary>
    /// OP stack: since Holocene the numbers stand in each block's extra data, so the node is asked for the next fee; a full block raises it by
    /// a tenth at the widest numbers used (elasticity 6, denominator 50).
    /// </summary>
    public static BaseFeeRules OpStack { get; } = new(6, 50, false);

    /// <summary>
    /// Arbitrum: the fee follows a backlog of gas over time; one block of 32 million gas raises it by less than a twentieth (a speed limit of 7
    /// million gas a second with an inertia of 102).
    /// </summary>
    public static BaseFeeRules Arbitrum { get; } = new(2, 20, false);

    /// <summary>Polygon: Ethereum's rule with a denominator that its forks have changed; the node is asked, and the widest used bounds the rise.</summary>
    public static BaseFeeRules Polygon { get; } = new(2, 8, false);

    /// <summary>What a full block adds, in parts of <see cref="Denominator"/>.</summary>
    public int MostRise => Math.Max(Elasticity - 1, 1);
}
