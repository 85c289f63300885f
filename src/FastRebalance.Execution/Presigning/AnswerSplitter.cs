namespace FastRebalance.Execution.Presigning;

/// <summary>
/// Cuts the JSON objects out of what a channel sends, wherever its reads are split. What stands between them, such as the head of an HTTP answer,
/// is skipped. Memory is bounded: an object that is larger is skipped whole. One thread.
/// </summary>
internal sealed class AnswerSplitter(int mostBytes)
{
    private readonly byte[] _object = new byte[mostBytes];
    private int _length;
    private int _depth;
    private bool _inString;
    private bool _escaped;

    /// <summary>Objects that were too large.</summary>
    public long Oversized { get; private set; }

    /// <summary>Takes what was read; each whole object is given on.</summary>
    public void Take(ReadOnlySpan<byte> read, int channel, IFireAnswerSink sink)
    {
        foreach (byte at in read)
            if (Step(at))
                Give(channel, sink);
    }

    /// <summary>Forgets a half object: the connection is another.</summary>
    public void Restart() => (_length, _depth, _inString, _escaped) = (0, 0, false, false);

    /// <summary>True where this byte ends an object.</summary>
    private bool Step(byte at)
    {
        if (_depth == 0 && at != (byte)'{')
            return false;
        if (_length < _object.Length)
            _object[_length] = at;
        _length = Math.Min(_length + 1, _object.Length + 1);
        if (_inString)
        {
            _inString = _escaped || at != (byte)'"';
            _escaped = !_escaped && at == (byte)'\\';
            return false;
        }
        _inString = at == (byte)'"';
        _depth += at == (byte)'{' ? 1 : at == (byte)'}' ? -1 : 0;
        return _depth == 0;
    }

    private void Give(int channel, IFireAnswerSink sink)
    {
        if (_length > _object.Length)
            Oversized++;
        else
            sink.OnAnswer(channel, _object.AsSpan(0, _length));
        Restart();
    }
}
