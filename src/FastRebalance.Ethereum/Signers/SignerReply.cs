namespace FastRebalance.Ethereum.Signers;

/// <summary>What came over the wire: a body of a size in bounds, or the reason why there is none.</summary>
/// <param name="Status"><see cref="SigningStatus.Ready"/> where there is a body.</param>
/// <param name="Body">The bytes as they came.</param>
/// <param name="Detail">The reason.</param>
internal readonly record struct SignerReply(SigningStatus Status, ReadOnlyMemory<byte> Body, string Detail)
{
    public bool HasBody => Status == SigningStatus.Ready;

    public SigningOutcome ToOutcome() => SigningOutcome.No(Status, Detail);

    public static SignerReply No(SigningStatus status, string detail) => new(status, default, detail);
}
