using FastRebalance.Core.Assets;
using FastRebalance.Devnet.Market;
using FastRebalance.Ethereum.Encoding;
using FastRebalance.Ethereum.Rpc;

namespace FastRebalance.Devnet.Noise;

/// <summary>A pool as the chain last showed it. Reserves are zero for a concentrated pool, whose price alone is of interest.</summary>
internal readonly record struct PoolState(DeployedPool Pool, double RawPrice, double Reserve0, double Reserve1)
{
    /// <summary>All pools at one block, in one batch.</summary>
    public static async Task<PoolState[]> ReadAsync(
        EthereumNode node, IReadOnlyList<DeployedPool> pools, BlockRef block, CancellationToken cancellationToken)
    {
        EthCall[] calls = [.. pools.Select(pool =>
            new EthCall(pool.Address, pool.Plan.IsConcentrated ? UniswapCalls.Slot0 : UniswapCalls.GetReserves))];
        EthCallOutcome[] outcomes = await node.CallManyAsync(calls, block, cancellationToken).ConfigureAwait(false);
        return [.. pools.Select((pool, index) => Read(pool, outcomes[index].Data))];
    }

    internal static PoolState Read(DeployedPool pool, ReadOnlySpan<byte> answer)
    {
        AbiReader reader = new(answer);
        if (pool.Plan.IsConcentrated && reader.TryReadUInt256(out UInt256 sqrtPriceX96))
            return new PoolState(pool, PoolMath.RawPriceOfSqrt(in sqrtPriceX96), 0, 0);
        if (!pool.Plan.IsConcentrated && reader.TryReadUInt256(out UInt256 reserve0) && reader.TryReadUInt256(out UInt256 reserve1))
            return new PoolState(pool, (double)reserve1 / (double)reserve0, (double)reserve0, (double)reserve1);
        throw new InvalidOperationException($"the pool {pool.Address} does not answer as a {pool.Plan.Kind} pool");
    }
}
