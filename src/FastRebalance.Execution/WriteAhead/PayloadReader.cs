using System.Buffers.Binary;
using FastRebalance.Core.Assets;
using FastRebalance.Execution.Confirmation;
using FastRebalance.Execution.Fees;
using FastRebalance.Execution.Submission;

namespace FastRebalance.Execution.WriteAhead;

/// <summary>Reads what <see cref="RecordWriter"/> has put. Reading beyond the end gives zeros and is told by <see cref="IsWhole"/>.</summary>
internal ref struct PayloadReader(ReadOnlySpan<byte> payload)
{
    private ReadOnlySpan<byte> _rest = payload;
    private bool _isShort;

    /// <summary>Everything was there, and nothing is left.</summary>
    public readonly bool IsWhole => !_isShort && _rest.IsEmpty;

    /// <summary>Something was missing.</summary>
    public readonly bool IsShort => _isShort;

    public byte Byte() => Take(1) is { IsEmpty: false } bytes ? bytes[0] : (byte)0;

    public uint UInt32() => Take(sizeof(uint)) is { IsEmpty: false } bytes ? BinaryPrimitives.ReadUInt32LittleEndian(bytes) : 0;

    public ulong UInt64() => Take(sizeof(ulong)) is { IsEmpty: false } bytes ? BinaryPrimitives.ReadUInt64LittleEndian(bytes) : 0;

    public Hash32 Hash() => Take(Hash32.Length) is { IsEmpty: false } bytes ? new Hash32(bytes) : default;

    public UInt256 Wide() => Take(32) is { IsEmpty: false } bytes ? UInt256.ReadBigEndian(bytes) : default;

    public BurnState Burn() => new((long)UInt64(), Wide(), (long)UInt64(), Wide());

    public Guid Id() => Take(16) is { IsEmpty: false } bytes ? new Guid(bytes) : default;

    public DecisionId Decision() => new(UInt64(), UInt64());

    public ArmedAttempt Attempt() => new()
    {
        Nonce = UInt64(),
        Kind = (AttemptKind)Byte(),
        Decision = Decision(),
        Fees = new FeeQuote(UInt64(), UInt64()),
        GasLimit = UInt64(),
        MaxBlock = UInt64(),
        MaxUnixSeconds = (long)UInt64(),
        Hash = Hash(),
        Raw = Take(UInt32()).ToArray(),
    };

    public ReadOnlySpan<byte> Take(uint bytes)
    {
        if (bytes > (uint)_rest.Length)
        {
            _isShort = true;
            _rest = default;
            return default;
        }

        ReadOnlySpan<byte> taken = _rest[..(int)bytes];
        _rest = _rest[(int)bytes..];
        return taken;
    }
}
