namespace FastRebalance.Simulation.Tapes;

/// <summary>Reads lines of bytes from a stream through one buffer; a line is valid until the next is read. Allocates only for longer lines.</summary>
internal sealed class LineReader(Stream stream)
{
    private byte[] _buffer = new byte[1 << 20];
    private int _start;
    private int _end;
    private bool _atEnd;

    /// <summary>Number of the line read last, from 1.</summary>
    public long LineNumber { get; private set; }

    /// <summary>The next line without its end; false after the last.</summary>
    public bool TryRead(out ReadOnlySpan<byte> line)
    {
        int searched = 0;
        while (true)
        {
            ReadOnlySpan<byte> held = _buffer.AsSpan(_start, _end - _start);
            int at = held[searched..].IndexOf((byte)'\n');
            if (at >= 0)
                return Take(searched + at, 1, out line);
            if (_atEnd)
                return Take(held.Length, 0, out line) && (!line.IsEmpty || held.Length > 0);
            searched = held.Length;
            Fill();
        }
    }

    private bool Take(int length, int end, out ReadOnlySpan<byte> line)
    {
        line = _buffer.AsSpan(_start, length);
        _start += length + end;
        if (length == 0 && end == 0)
            return false;
        LineNumber++;
        if (!line.IsEmpty && line[^1] == '\r')
            line = line[..^1];
        return true;
    }

    private void Fill()
    {
        int held = _end - _start;
        if (held == _buffer.Length)
            Array.Resize(ref _buffer, 2 * _buffer.Length);
        Buffer.BlockCopy(_buffer, _start, _buffer, 0, held);
        _start = 0;
        int read = stream.Read(_buffer, held, _buffer.Length - held);
        _end = held + read;
        _atEnd = read == 0;
    }
}
