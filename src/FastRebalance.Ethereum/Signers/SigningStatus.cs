namespace FastRebalance.Ethereum.Signers;

/// <summary>What came of asking for a signature. Zero is no answer.</summary>
public enum SigningStatus : byte
{
    Unasked = 0,

    /// <summary>The bytes are there, and are what was asked for.</summary>
    Signed,

    /// <summary>Nothing was to be signed, and it could.</summary>
    Ready,

    /// <summary>No connection: the signer is down, or another program listens there.</summary>
    Unreachable,

    /// <summary>No answer in time. One that comes later is thrown away.</summary>
    TimedOut,

    /// <summary>The signer said no.</summary>
    Refused,

    /// <summary>More bytes than a signature can have.</summary>
    AnswerTooLarge,

    /// <summary>Not of the form agreed on: no JSON, two answers in one, an answer to another request, no transaction, no signature.</summary>
    AnswerUnreadable,

    /// <summary>A signature, with a number in it that no chain accepts: a high s, r or s out of range, a v that is none.</summary>
    SignatureOutOfRange,

    /// <summary>A signed transaction of another chain than the one asked for.</summary>
    OtherChain,

    /// <summary>A signed transaction that says something else than the one asked for.</summary>
    OtherTransaction,

    /// <summary>A signature of another account, or with the wrong v, which comes to the same.</summary>
    OtherAccount,

    /// <summary>The signer does not have the account's key.</summary>
    AccountUnknown,
}
