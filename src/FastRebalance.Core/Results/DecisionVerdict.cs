namespace FastRebalance.Core.Results;

/// <summary>How one pass of the engine ended. Only <see cref="Order"/> sends anything.</summary>
public enum DecisionVerdict : byte
{
    Undecided = 0,

    /// <summary>Prices, holdings or pools are not complete yet, or the feed is lost.</summary>
    NotReady,

    /// <summary>No trigger fired.</summary>
    InsideBand,

    /// <summary>An order is under way; its end comes back as an event.</summary>
    InFlight,

    /// <summary>A trigger fired, and no trade is worth making (dust, or nothing over target).</summary>
    NothingToTrade,

    /// <summary>A risk check said no; <see cref="RiskVerdict"/> names it.</summary>
    Refused,

    /// <summary>No leg could be routed within the bounds; <see cref="RouteStatus"/> names the last reason.</summary>
    NoRoute,

    /// <summary>The legs that follow are to be sent.</summary>
    Order,
}
