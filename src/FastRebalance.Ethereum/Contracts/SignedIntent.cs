namespace FastRebalance.Ethereum.Contracts;

/// <summary>An intent with its signature, as <see cref="ExecutorCalls.TryWriteFill"/> takes it.</summary>
/// <param name="Intent">What is allowed.</param>
/// <param name="Signature">The vault's: 65 bytes of an account, or what its contract wants (ERC-1271).</param>
public sealed record SignedIntent(ExecutorIntent Intent, ReadOnlyMemory<byte> Signature);
