namespace FastRebalance.Bench.Chaos;

/// <summary>What a victim does wrong on purpose: whoever checks is first shown that it sees this.</summary>
public enum ChaosBug : byte
{
    None = 0,

    /// <summary>The word that an attempt leaves is not written.</summary>
    ForgetReleases,

    /// <summary>What the log holds is not looked at: nonces are taken from the chain alone.</summary>
    ForgetRecovery,

    /// <summary>Each run starts a log of its own, and decides anew, under another name, what an earlier one left unfinished.</summary>
    DecideAnew,
}
