using FastRebalance.Core.Assets;
using FastRebalance.Devnet.Market;

namespace FastRebalance.Devnet.Noise;

/// <summary>A transaction for the noise trader to send.</summary>
internal readonly record struct NoiseTransaction(Address To, byte[] Data, ulong GasLimit, ulong MaxFeePerGasWei, ulong TipPerGasWei);

/// <summary>
/// Decides what the noise trader does after a block: up to two plain swaps in the pools that lag the walk the most, then one
/// transaction that brings the others along, as an arbitrageur would. Pure: the walk, the block's number and the pools decide.
/// </summary>
internal sealed class NoisePlanner(DeployedMarket market, Address trader, ulong seed)
{
    private const ulong Gwei = 1_000_000_000;
    private const ulong SwapGas = 600_000;

    // Below these a trade costs its fee for nothing that anybody sees.
    private const double ConcentratedTolerance = 0.0003;
    private const double ConstantProductTolerance = 0.001;

    // No two pools ever agree to the last digit.
    private const double Disagreement = 0.0006;

    public IReadOnlyList<NoiseTransaction> Plan(ulong block, PriceWalk walk, IReadOnlyList<PoolState> states)
    {
        SplitMix random = new(seed * 0x9e3779b97f4a7c15 ^ block);
        List<NoiseSwap> swaps = [.. states
            .Select(state => (State: state, Target: TargetOf(state.Pool, walk, random)))
            .Select(pool => (pool.State, pool.Target, Lag: Math.Abs(Math.Log(pool.State.RawPrice / pool.Target))))
            .Where(pool => pool.Lag > ToleranceOf(pool.State.Pool))
            .OrderByDescending(pool => pool.Lag)
            .Select(pool => NoiseSwap.Towards(pool.State, pool.Target))
            .Where(swap => !swap.AmountIn.IsZero)];

        int alone = Math.Min(random.NextIndex(3), swaps.Count);
        List<NoiseTransaction> transactions = [.. swaps.Take(alone).Select(swap =>
            Send(RouterOf(swap.Pool), swap.DirectCall(trader), 1, random))];
        byte[][] rest = [.. swaps.Skip(alone).Select(swap => swap.Router02Call(trader))];
        if (rest.Length > 0)
            transactions.Add(Send(market.Contracts.SwapRouter02, UniswapCalls.Multicall(rest), rest.Length, random));
        return transactions;
    }

    private Address RouterOf(DeployedPool pool) =>
        pool.Plan.IsConcentrated ? market.Contracts.V3SwapRouter : market.Contracts.V2Router02;

    private static double TargetOf(DeployedPool pool, PriceWalk walk, SplitMix random) =>
        pool.RawPrice(walk.PriceOf(pool.Token0.Plan.Symbol), walk.PriceOf(pool.Token1.Plan.Symbol))
        * (1 + random.NextBetween(-Disagreement, Disagreement));

    private static double ToleranceOf(DeployedPool pool) =>
        pool.Plan.IsConcentrated ? ConcentratedTolerance : ConstantProductTolerance;

    // Fees differ as they would among several traders: whoever reads the pool has something to compare.
    private static NoiseTransaction Send(Address to, byte[] data, int swaps, SplitMix random) =>
        new(to, data, SwapGas * (ulong)swaps, (ulong)random.NextBetween(40, 160) * Gwei, (ulong)(random.NextBetween(0.5, 3) * Gwei));
}
