namespace FastRebalance.Execution.Presigning;

/// <summary>How an arming ended. Zero is no answer.</summary>
public enum ArmVerdict : byte
{
    None = 0,

    /// <summary>Every rung of the plan may be fired.</summary>
    Armed,

    /// <summary>The signer was away, late or unwilling; what was signed before may be fired.</summary>
    Unsigned,

    /// <summary>The signer signed something else than it was asked to: the account must stop.</summary>
    WrongSignature,

    /// <summary>A call could not be written for the contract.</summary>
    NotEncoded,

    /// <summary>The log did not take a group; its verdict says why. Nothing of it was published.</summary>
    NotLogged,

    /// <summary>A slot fired, was consumed or taken while its rungs were signed; the new ones are retired.</summary>
    Overtaken,
}
