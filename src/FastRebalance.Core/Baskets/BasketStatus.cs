namespace FastRebalance.Core.Baskets;

/// <summary>What came of a request. Zero is no answer; only <see cref="Planned"/> may be traded on.</summary>
public enum BasketStatus : byte
{
    Unplanned = 0,

    /// <summary>There are legs, and with them the goal is reached better than by doing nothing.</summary>
    Planned,

    /// <summary>Doing nothing is best: no trade is worth its fees and its gas.</summary>
    NothingToDo,

    /// <summary>There is no pool that may be used.</summary>
    EmptyGraph,

    /// <summary>Numbers of assets and arrays do not fit together, or more pools than the planner was made for.</summary>
    BadShape,

    /// <summary>A price, weight or other number is not finite, has the wrong sign or is outside what can be computed with.</summary>
    BadNumber,

    /// <summary>The goal names no asset, or is none.</summary>
    BadGoal,

    /// <summary>Nothing is held that could be traded.</summary>
    NothingHeld,

    /// <summary>What is owed cannot be had from what is held through these pools.</summary>
    Unreachable,

    /// <summary>A pool changed while the plan was made.</summary>
    StateChanged,

    /// <summary>Prices lie so many digits apart that the numbers of the proof cannot tell how good a plan is.</summary>
    NotProven,
}
