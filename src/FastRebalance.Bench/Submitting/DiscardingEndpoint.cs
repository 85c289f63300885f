using System.Net.Sockets;

namespace FastRebalance.Bench.Submitting;

/// <summary>
/// A real Unix domain socket that reads and answers nothing: it stands for the way out of this process, not for a node. It looks every few
/// milliseconds and does not sleep on the socket, so that a write pays for the kernel's buffer and not for waking a reader on this machine. Keeps
/// what came, to be checked after the run.
/// </summary>
internal sealed class DiscardingEndpoint : IDisposable
{
    private static readonly TimeSpan s_betweenLooks = TimeSpan.FromMilliseconds(5);

    private readonly Socket _listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly Thread _reader;
    private readonly byte[] _came;
    private volatile bool _isOver;
    private int _length;

    public DiscardingEndpoint(int mostBytes)
    {
        Path = System.IO.Path.Combine(System.IO.Path.GetTempPath(), $"fr-{Guid.NewGuid():N}.sock");
        _came = new byte[mostBytes];
        Array.Fill(_came, (byte)1); // every page is there before it counts
        _listener.Bind(new UnixDomainSocketEndPoint(Path));
        _listener.Listen(1);
        _reader = new Thread(Read) { Name = "discarding endpoint", IsBackground = true };
        _reader.Start();
    }

    /// <summary>Where it listens.</summary>
    public string Path { get; }

    /// <summary>Ends the reading once all is taken in.</summary>
    public ReadOnlySpan<byte> Finish()
    {
        _isOver = true;
        _reader.Join();
        return _came.AsSpan(0, _length);
    }

    public void Dispose()
    {
        _isOver = true;
        _listener.Dispose();
        _reader.Join();
        File.Delete(Path);
    }

    private void Read()
    {
        try
        {
            using Socket far = _listener.Accept();
            while (true)
            {
                bool wasOver = _isOver; // read first: what was written before the end is still taken in
                while (far.Available > 0)
                    _length += far.Receive(_came.AsSpan(_length));
                if (wasOver)
                    return;
                Thread.Sleep(s_betweenLooks);
            }
        }
        catch (SocketException)
        {
            // Disposed of before anybody came.
        }
    }
}
