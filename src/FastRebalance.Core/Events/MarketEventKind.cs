namespace FastRebalance.Core.Events;

/// <summary>What a <see cref="MarketEvent"/> tells. Zero is no event: a slot that nobody filled is refused.</summary>
public enum MarketEventKind : byte
{
    None = 0,

    /// <summary>A price in the numeraire. Subject: the asset. Payload: <see cref="MarketEvent.Price"/>.</summary>
    Price,

    /// <summary>A block became the head and every event of it has been published before. Payload: <see cref="MarketEvent.Head"/>.</summary>
    Head,

    /// <summary>Forget what is known of a pool; a snapshot follows. Subject: the pool.</summary>
    PoolReset,

    /// <summary>The snapshot of a pool is complete and the pool may be traded. Subject: the pool.</summary>
    PoolReady,

    /// <summary>Both reserves of a constant-product pool. Subject: the pool. Payload: <see cref="MarketEvent.Reserves"/>.</summary>
    Reserves,

    /// <summary>Price, active liquidity and tick of a concentrated pool. Subject: the pool. Payload: <see cref="MarketEvent.Concentrated"/>.</summary>
    Concentrated,

    /// <summary>Liquidity at one initialised tick, as part of a snapshot. Subject: the pool. Payload: <see cref="MarketEvent.Tick"/>.</summary>
    TickLiquidity,

    /// <summary>A position of a concentrated pool grew or shrank. Subject: the pool. Payload: <see cref="MarketEvent.Liquidity"/>.</summary>
    LiquidityChange,

    /// <summary>Units that the account holds, read from the chain at this block. Subject: the asset. Payload: <see cref="MarketEvent.Holding"/>.</summary>
    Holding,

    /// <summary>Time has passed; nothing else happened.</summary>
    Timer,

    /// <summary>What became of an order. Payload: <see cref="MarketEvent.Order"/>.</summary>
    OrderReport,

    /// <summary>What one leg of an included order really moved. Payload: <see cref="MarketEvent.Fill"/>.</summary>
    LegFill,

    /// <summary>An operator's word. Payload: <see cref="MarketEvent.Command"/>.</summary>
    Operator,

    /// <summary>The feed lost its source: no trade until the next <see cref="Head"/>.</summary>
    FeedLost,

    /// <summary>A price from a second source, held against the first and never traded on. Subject: the asset. Payload: <see cref="MarketEvent.Price"/>.</summary>
    ReferencePrice,

    /// <summary>One asset's line of a plan; nothing holds before <see cref="PlanReady"/>. Subject: the asset. Payload: <see cref="MarketEvent.PlanAsset"/>.</summary>
    PlanAsset,

    /// <summary>Some numbers of one matrix of a plan. Subject: the asset of the row. Payload: <see cref="MarketEvent.PlanRow"/>.</summary>
    PlanRow,

    /// <summary>The plan is complete and holds from now on, whole or not at all. Payload: <see cref="MarketEvent.PlanReady"/>.</summary>
    PlanReady,

    /// <summary>One asset's balance in a pool, as part of a snapshot. Subject: the pool. Payload: <see cref="MarketEvent.PoolValue"/>.</summary>
    PoolBalance,

    /// <summary>
    /// A number of a pool that is no balance: a fee, an amplification, a rate. Subject: the pool. Payload: <see cref="MarketEvent.PoolValue"/>,
    /// whose index the pool's own kind defines.
    /// </summary>
    PoolParameter,

    /// <summary>A swap that moved two balances of a pool. Subject: the pool. Payload: <see cref="MarketEvent.Swap"/>.</summary>
    PoolSwap,

    /// <summary>What a lending market asks of one asset at this block. Subject: the asset. Payload: <see cref="MarketEvent.LendingTerms"/>.</summary>
    LendingTerms,

    /// <summary>
    /// What the account has in a lending market and owes it, of one asset, at the end of this block, interest in. Subject: the asset.
    /// Payload: <see cref="MarketEvent.LendingPosition"/>.
    /// </summary>
    LendingPosition,

    /// <summary>
    /// Another configuration holds from here on; its text is on the disk already. Payload: <see cref="MarketEvent.Configuration"/>.
    /// </summary>
    Configuration,

    /// <summary>
    /// A pool position of the desk at the end of this block, where it is followed on the chain. Subject: its place among those followed, from 1.
    /// Payload: <see cref="MarketEvent.PoolPosition"/>.
    /// </summary>
    PoolPosition,
}
