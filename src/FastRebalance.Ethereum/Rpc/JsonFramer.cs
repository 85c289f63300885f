using System.Buffers;

namespace FastRebalance.Ethereum.Rpc;

/// <summary>
/// Cuts a byte stream into whole JSON texts by counting brackets outside strings, wherever the reads happen to split it. Looks
/// at every byte once. Memory is bounded by the largest message allowed. Not thread-safe: one reader owns it.
/// </summary>
internal sealed class JsonFramer(int maxMessageBytes)
{
    private const int InitialBytes = 64 * 1024;

    // After one huge answer the buffer shrinks back, so that it does not stay for the life of the connection.
    private const int KeptBytes = 1024 * 1024;

    private static readonly SearchValues<byte> s_structure = SearchValues.Create("\"{}[]"u8);

    private byte[] _buffer = new byte[InitialBytes];
    private int _start;
    private int _scanned;
    private int _end;
    private int _depth;
    private bool _inString;
    private bool _escaped;

    /// <summary>Where the next read may put its bytes; never empty. Invalidates frames given out before.</summary>
    /// <exception cref="InvalidDataException">The message under way is larger than allowed.</exception>
    public Memory<byte> FreeSpace()
    {
        if (_end - _start > maxMessageBytes)
            throw TooLarge();
        if (_start == _end)
            Restart();
        if (_end == _buffer.Length)
            MakeRoom();
        return _buffer.AsMemory(_end);
    }

    /// <summary>Tells how many bytes the read put there.</summary>
    public void Advance(int count) => _end += count;

    /// <summary>Gives the next whole object or array; valid until the next <see cref="FreeSpace"/>.</summary>
    /// <exception cref="InvalidDataException">The stream holds something else than objects and arrays, or a message too large.</exception>
    public bool TryRead(out ReadOnlyMemory<byte> frame)
    {
        frame = default;
        if (_depth == 0 && !SkipToOpening())
            return false;
        if (!ScanToClosing())
            return false;
        if (_scanned - _start > maxMessageBytes)
            throw TooLarge();
        frame = _buffer.AsMemory(_start, _scanned - _start);
        _start = _scanned;
        return true;
    }

    private bool SkipToOpening()
    {
        for (; _scanned < _end; _scanned++)
        {
            byte at = _buffer[_scanned];
            if (at is (byte)'{' or (byte)'[')
            {
                _start = _scanned++;
                _depth = 1;
                return true;
            }
            if (at is not ((byte)' ' or (byte)'\n' or (byte)'\r' or (byte)'\t'))
                throw new InvalidDataException($"the stream holds 0x{at:x2} where a JSON object or array should begin");
        }
        _start = _scanned;
        return false;
    }

    private bool ScanToClosing()
    {
        while (_scanned < _end)
        {
            if (_inString)
                ScanString();
            else if (ScanStructure())
                return true;
        }
        return false;
    }

    private void ScanString()
    {
        if (_escaped)
        {
            _escaped = false;
            _scanned++;
            return;
        }
        int hit = _buffer.AsSpan(_scanned, _end - _scanned).IndexOfAny((byte)'"', (byte)'\\');
        if (hit < 0)
        {
            _scanned = _end;
            return;
        }
        _scanned += hit;
        _escaped = _buffer[_scanned] == '\\';
        _inString = _escaped;
        _scanned++;
    }

    /// <summary>True when the bracket that closes the message was passed.</summary>
    private bool ScanStructure()
    {
        int hit = _buffer.AsSpan(_scanned, _end - _scanned).IndexOfAny(s_structure);
        if (hit < 0)
        {
            _scanned = _end;
            return false;
        }
        _scanned += hit;
        switch (_buffer[_scanned++])
        {
            case (byte)'"':
                _inString = true;
                return false;
            case (byte)'{' or (byte)'[':
                _depth++;
                return false;
            default:
                return --_depth == 0;
        }
    }

    private void Restart()
    {
        if (_buffer.Length > KeptBytes)
            _buffer = new byte[InitialBytes];
        _start = _scanned = _end = 0;
    }

    private void MakeRoom()
    {
        int length = _end - _start;
        byte[] target = _buffer;
        if (length > _buffer.Length / 2)
            target = new byte[(int)Math.Min(2L * _buffer.Length, maxMessageBytes + (long)InitialBytes)];
        Buffer.BlockCopy(_buffer, _start, target, 0, length);
        _buffer = target;
        _scanned -= _start;
        _end = length;
        _start = 0;
    }

    private InvalidDataException TooLarge() => new($"a message is larger than the {maxMessageBytes} bytes allowed");
}
