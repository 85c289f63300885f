namespace FastRebalance.Core.Results;

/// <summary>Where an order stands on its way to the chain. Zero is no status.</summary>
public enum SubmitStatus : byte
{
    None = 0,

    /// <summary>Bytes are out; the transaction may be mined at any time until its deadline.</summary>
    Submitted,

    /// <summary>A dearer copy of the same order took the nonce's place in the pool.</summary>
    Replaced,

    /// <summary>Mined, and it did what it should.</summary>
    Included,

    /// <summary>Mined, and it reverted: only gas was spent.</summary>
    Reverted,

    /// <summary>The block that held it left the chain; the order may still be mined again.</summary>
    Reorged,

    /// <summary>The order can no longer be mined: its nonce is consumed elsewhere or its deadline is past.</summary>
    Dropped,

    /// <summary>It was never sent: the last look, the node or the signer said no.</summary>
    NotSent,

    /// <summary>Another transaction of this account took the nonce: trading stops.</summary>
    Foreign,

    /// <summary>Included deep enough that no further report follows.</summary>
    Final,
}
