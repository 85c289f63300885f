using FastRebalance.Execution.Presigning;

namespace FastRebalance.UnitTests.Execution.Presigning;

/// <summary>Keeps the last frame, in memory made beforehand; may be told to be away or to fail.</summary>
internal sealed class RecordingSocket : IReadySocket
{
    private readonly byte[] _last = new byte[64 * 1024];
    private int _length;

    public string Name => "recording";

    public bool IsReady { get; set; } = true;

    public bool Takes { get; set; } = true;

    public int Writes { get; private set; }

    /// <summary>Asked at each write, before it.</summary>
    public Action? OnWrite { get; set; }

    public string Last => System.Text.Encoding.ASCII.GetString(_last, 0, _length);

    public bool Write(ReadOnlySpan<byte> frame)
    {
        OnWrite?.Invoke();
        Writes++;
        frame.CopyTo(_last);
        _length = frame.Length;
        return Takes;
    }

    public int Rehearsals { get; private set; }

    public void Rehearse(int bytes) => Rehearsals++;

    public void Dispose()
    {
    }
}
