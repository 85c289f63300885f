namespace FastRebalance.Bench.Chaos;

/// <summary>What a victim does wrong on purpose: whoever checks is first shown that it sees this.</summary>
public enum ChaosBug : byte
{
    None = 0,

    /// <summary>The word that an attempt leaves is not written.</summary>
    ForgetReleases,

    /// <summary>What the log holds is not looked at: nonces are taken from the chain alone.</summary>
    ForgetRecovery,

    /// <summary>What an earlier run left unfinished is decided anew under another name, and the log's refusals are not heard.</summary>
    NeverRefuse,
}
