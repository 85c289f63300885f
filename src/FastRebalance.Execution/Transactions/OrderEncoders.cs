namespace FastRebalance.Execution.Transactions;

/// <summary>The encoder of the contract that a desk's orders go to.</summary>
public static class OrderEncoders
{
    /// <exception cref="ArgumentException">A pool is of a kind that the contract does not trade through.</exception>
    internal static IOrderEncoder For(ExecutionSetup setup) => setup.Executor.IsZero
        ? new SwapRouter02Encoder(setup.Account, setup.Assets, setup.Pools) { Target = setup.Router }
        : new ExecutorEncoder(setup.Executor, setup.Assets, setup.Pools, setup.MinFillBps, setup.UsesPermit2, setup.Intent, setup.DecisionSpace, setup.Lending);

    /// <summary>The kinds of pools that orders may go through.</summary>
    public static IReadOnlyList<string> PoolKinds(bool hasExecutor) => hasExecutor ? ExecutorEncoder.PoolKinds : SwapRouter02Encoder.PoolKinds;
}
