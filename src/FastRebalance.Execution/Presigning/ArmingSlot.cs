namespace FastRebalance.Execution.Presigning;

/// <summary>A slot while it is armed: its new ladder, and how far its page is used.</summary>
internal sealed class ArmingSlot(SlotLadder ladder, RungKey[] rungs, CallSheet calls)
{
    public SlotLadder Ladder { get; } = ladder;

    /// <summary>The likeliest first.</summary>
    public RungKey[] Rungs { get; } = rungs;

    public CallSheet Calls { get; } = calls;

    /// <summary>Rungs that are signed, durable or not.</summary>
    public int Signed { get; set; }

    /// <summary>Rungs that are durable and framed.</summary>
    public int Done { get; set; }

    /// <summary>Bytes of the page in use.</summary>
    public int Used { get; set; }

    /// <summary>All of its rungs are done.</summary>
    public bool IsWhole { get; set; }

    /// <summary>The trigger thread sees it already.</summary>
    public bool IsLaid { get; set; }
}
