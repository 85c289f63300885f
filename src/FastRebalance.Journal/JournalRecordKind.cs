namespace FastRebalance.Journal;

/// <summary>What a record holds. Zero is no record: a stretch of zeros on the disk never reads as one.</summary>
public enum JournalRecordKind : byte
{
    None = 0,

    /// <summary>The facts that the run was set up with, as UTF-8 JSON. Sequence: 0.</summary>
    Setup,

    /// <summary>One <see cref="Core.Events.MarketEvent"/>. Sequence: its sequence in the inbound ring.</summary>
    MarketEvent,

    /// <summary>One <see cref="Core.Events.OrderEvent"/>. Sequence: its sequence in the order ring.</summary>
    Order,

    /// <summary>A remark for people, as UTF-8 text. Sequence: 0.</summary>
    Note,

    /// <summary>The writer was closed as it should be; nothing follows in this segment. Sequence: 0.</summary>
    End = 6, // 5 was a signed transaction, which the submitter's own log keeps now
}
