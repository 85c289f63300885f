namespace FastRebalance.Ethereum.Keys;

/// <summary>Why a key file was refused.</summary>
public enum KeystoreProblem : byte
{
    None = 0,
    FileNotFound,
    FileIsLink,

    /// <summary>A folder, a pipe, a device.</summary>
    FileNotRegular,
    FileReadableByOthers,
    FileTooLarge,
    FileExists,
    NotJson,
    MemberMissingOrWrong,
    VersionNotSupported,
    CipherNotSupported,
    DerivationNotSupported,

    /// <summary>Derivation parameters that would take too much memory or time, or give too little strength.</summary>
    DerivationOutOfBounds,

    PasswordEmpty,

    /// <summary>Wrong password, or the file was changed: the two cannot be told apart.</summary>
    MacMismatch,

    KeyNotUsable,
    AddressMismatch,
}
