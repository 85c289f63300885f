namespace FastRebalance.Execution.Mempool;

/// <summary>What the next block may hold of the pending transactions.</summary>
public enum Scenario : byte
{
    None = 0,

    /// <summary>All that can be executed, the best paid first.</summary>
    All,

    /// <summary>Only the best paid share.</summary>
    Top,

    /// <summary>Every large swap against us stands before us, and nothing else.</summary>
    Adverse,
}
