namespace FastRebalance.Quant.Hedging;

/// <summary>How far a trade of two legs has come.</summary>
public enum LegState : byte
{
    /// <summary>None was begun.</summary>
    Idle = 0,

    /// <summary>The hedge's leg is out.</summary>
    Hedging,

    /// <summary>The hedge is filled, and the other leg is out.</summary>
    Trading,

    /// <summary>The other leg took too long, and its cancellation is out: it may be filled still.</summary>
    Cancelling,

    /// <summary>What has no second leg is being undone.</summary>
    Unwinding,

    /// <summary>Both legs are filled, in proportion.</summary>
    Done,

    /// <summary>What could not be completed is undone, and no leg stands alone.</summary>
    Unwound,

    /// <summary>A leg stands alone and could be neither completed nor undone: stop trading and call somebody.</summary>
    Naked,
}
