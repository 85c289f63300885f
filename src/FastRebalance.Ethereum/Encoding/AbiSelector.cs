using System.Buffers.Binary;
using FastRebalance.Core.Assets;
using FastRebalance.Core.Hashing;

namespace FastRebalance.Ethereum.Encoding;

/// <summary>The four bytes that name a function in a call, or an error in a revert. Computed from the signature once, at set-up.</summary>
public readonly record struct AbiSelector(uint Value)
{
    public const int Length = sizeof(uint);

    /// <param name="signature">Name and types without spaces or parameter names: <c>transfer(address,uint256)</c>.</param>
    /// <exception cref="ArgumentException">The text is not such a signature.</exception>
    public static AbiSelector Of(string signature) =>
        new(BinaryPrimitives.ReadUInt32BigEndian(Keccak256.HashOfText(AbiSignature.Require(signature)).Span));

    /// <summary>The selector a call's data starts with; false where there are fewer than four bytes.</summary>
    public static bool TryRead(ReadOnlySpan<byte> callData, out AbiSelector selector)
    {
        selector = default;
        if (!BinaryPrimitives.TryReadUInt32BigEndian(callData, out uint value)) return false;
        selector = new AbiSelector(value);
        return true;
    }

    public override string ToString() => $"0x{Value:x8}";
}
