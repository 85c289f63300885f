namespace FastRebalance.Execution.Channels;

/// <summary>Who sees what is handed to a channel, and by whose order it is mined. Zero is no class.</summary>
public enum LaneClass : byte
{
    None = 0,

    /// <summary>A node's pool: everyone sees it and may mine it; a higher offer of the same nonce takes its place.</summary>
    Public,

    /// <summary>Builders only: nobody else sees it before its block, and where it would revert it is not mined at all.</summary>
    Private,

    /// <summary>One sequencer that orders as it gets: an order has one price and is not taken back.</summary>
    Sequencer,

    /// <summary>Nowhere.</summary>
    Dry,
}
