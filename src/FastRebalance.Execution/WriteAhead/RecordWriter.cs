using System.Buffers.Binary;
using System.Runtime.InteropServices;
using FastRebalance.Core.Assets;
using FastRebalance.Execution.Fees;
using FastRebalance.Execution.Submission;

namespace FastRebalance.Execution.WriteAhead;

/// <summary>Builds records one behind the other, to be written at once. Its memory is kept.</summary>
internal sealed class RecordWriter
{
    private byte[] _bytes = new byte[64 * 1024];
    private int _length;
    private int _start;
    private LogRecordKind _kind;

    /// <summary>All records since <see cref="Clear"/>.</summary>
    public ReadOnlySpan<byte> Records => _bytes.AsSpan(0, _length);

    /// <summary>Payload of the record begun last.</summary>
    public ReadOnlySpan<byte> Payload => _bytes.AsSpan((_start + LogFormat.RecordHeaderBytes).._length);

    public LogRecordKind Kind => _kind;

    public void Clear() => _length = 0;

    public RecordWriter Begin(LogRecordKind kind)
    {
        _kind = kind;
        _start = _length;
        Take(LogFormat.RecordHeaderBytes);
        return this;
    }

    public void End(ulong epoch, ulong sequence) => LogFormat.SealRecord(_bytes.AsSpan(_start.._length), _kind, epoch, sequence);

    public RecordWriter Put(byte value)
    {
        Take(1)[0] = value;
        return this;
    }

    public RecordWriter Put(uint value)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(Take(sizeof(uint)), value);
        return this;
    }

    public RecordWriter Put(ulong value)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(Take(sizeof(ulong)), value);
        return this;
    }

    public RecordWriter Put(in Hash32 hash) => Put(hash.Span);

    public RecordWriter Put(DecisionId decision) => Put(decision.Space).Put(decision.Number);

    public RecordWriter Put(in BurnState burnt) =>
        Put((ulong)burnt.Hour).Put(burnt.HourWei).Put((ulong)burnt.Day).Put(burnt.DayWei);

    public RecordWriter Put(in UInt256 number)
    {
        number.WriteBigEndian(Take(32));
        return this;
    }

    public RecordWriter Put(Guid id)
    {
        id.TryWriteBytes(Take(16));
        return this;
    }

    public RecordWriter Put(scoped ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(Take(bytes.Length));
        return this;
    }

    public RecordWriter Put(ArmedAttempt attempt)
    {
        Put(attempt.Nonce).Put((byte)attempt.Kind).Put(attempt.Decision);
        Put(attempt.Fees.MaxFeePerGasWei).Put(attempt.Fees.TipWei).Put(attempt.GasLimit);
        Put(attempt.MaxBlock).Put((ulong)attempt.MaxUnixSeconds).Put(attempt.Hash);
        return Put((uint)attempt.Raw.Length).Put(attempt.Raw.Span);
    }

    private Span<byte> Take(int bytes)
    {
        if (_bytes.Length - _length < bytes)
            Array.Resize(ref _bytes, Math.Max(2 * _bytes.Length, checked(_length + bytes)));
        _length += bytes;
        return _bytes.AsSpan(_length - bytes, bytes);
    }
}
