using System.Net;
using System.Net.Sockets;

namespace FastRebalance.Bench.Latency;

/// <summary>
/// A real local socket whose far end reads and throws away: it stands for the way out of this process, not for a builder. A Unix
/// domain socket where the system has them, else TCP over loopback.
/// </summary>
/// <remarks>
/// The far end looks every few milliseconds and does not sleep on the socket: a write then pays for the kernel's buffer, as towards
/// another machine, and not for waking a reader on this one. It counts requests and bytes and keeps one in so many to be checked.
/// </remarks>
internal sealed class DiscardingSocket : IDisposable
{
    private const int BufferBytes = 1 << 20;
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(5);

    private readonly Socket _near;
    private readonly Socket _far;
    private readonly Thread _reader;
    private readonly byte[] _buffer = new byte[BufferBytes];
    private readonly byte[][] _kept;
    private readonly int[] _keptLengths;
    private readonly int _stride;
    private int _held;
    private int _requests;
    private long _bytes;
    private volatile bool _isOver;

    /// <param name="stride">One request in so many is kept.</param>
    /// <param name="mostRequests">Requests at most.</param>
    /// <param name="requestBytes">Bytes of a request at most.</param>
    public DiscardingSocket(int stride, int mostRequests, int requestBytes)
    {
        _stride = stride;
        _kept = new byte[mostRequests / stride + 1][];
        _keptLengths = new int[_kept.Length];
        for (int i = 0; i < _kept.Length; i++)
            _kept[i] = new byte[requestBytes];
        (_near, _far) = Pair(out string kind);
        Kind = kind;
        _reader = new Thread(Read) { Name = "socket reader", IsBackground = true };
        _reader.Start();
    }

    /// <summary>What kind of socket it is.</summary>
    public string Kind { get; }

    /// <summary>Whole requests that arrived at the far end.</summary>
    public int Requests => Volatile.Read(ref _requests);

    /// <summary>Bytes that arrived at the far end.</summary>
    public long Bytes => Volatile.Read(ref _bytes);

    /// <summary>Hands the bytes to the kernel; returns when it has taken all of them. Allocates nothing.</summary>
    public void Write(ReadOnlySpan<byte> request)
    {
        while (!request.IsEmpty)
            request = request[_near.Send(request)..];
    }

    /// <summary>Waits until so many bytes have arrived.</summary>
    public bool WaitFor(long bytes, TimeSpan patience) =>
        SpinWait.SpinUntil(() => Bytes >= bytes || !_reader.IsAlive, patience) && Bytes == bytes;

    /// <summary>The requests kept at the far end, by their number from 0.</summary>
    public IEnumerable<(int Index, byte[] Request)> Kept()
    {
        for (int i = 0; i < Requests; i += _stride)
            yield return (i, _kept[i / _stride][.._keptLengths[i / _stride]]);
    }

    public void Dispose()
    {
        _isOver = true;
        _reader.Join();
        _near.Dispose();
        _far.Dispose();
    }

    private static (Socket Near, Socket Far) Pair(out string kind)
    {
        if (!Socket.OSSupportsUnixDomainSockets)
        {
            kind = "loopback TCP";
            return Connect(AddressFamily.InterNetwork, ProtocolType.Tcp, new IPEndPoint(IPAddress.Loopback, 0));
        }
        kind = "Unix domain socket";
        string path = Path.Combine(Path.GetTempPath(), $"fr-{Guid.NewGuid():N}.sock");
        try
        {
            return Connect(AddressFamily.Unix, ProtocolType.Unspecified, new UnixDomainSocketEndPoint(path));
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static (Socket Near, Socket Far) Connect(AddressFamily family, ProtocolType protocol, EndPoint place)
    {
        using Socket listener = new(family, SocketType.Stream, protocol);
        listener.Bind(place);
        listener.Listen(1);
        Socket near = new(family, SocketType.Stream, protocol);
        near.Connect(listener.LocalEndPoint!);
        if (protocol == ProtocolType.Tcp)
            near.NoDelay = true;
        return (near, listener.Accept());
    }

    private void Read()
    {
        while (true)
        {
            bool wasOver = _isOver; // read first: what was written before the end is still taken in
            while (_far.Available > 0)
                Take(_far.Receive(_buffer.AsSpan(_held)));
            if (wasOver)
                return;
            Thread.Sleep(BetweenLooks);
        }
    }

    private void Take(int bytes)
    {
        ReadOnlySpan<byte> all = _buffer.AsSpan(0, _held + bytes);
        for (int end = all.IndexOf(RawTransactionRequest.End); end >= 0; end = all.IndexOf(RawTransactionRequest.End))
        {
            Keep(all[..(end + 1)]);
            all = all[(end + 1)..];
            Volatile.Write(ref _requests, _requests + 1);
        }
        _held = all.Length;
        all.CopyTo(_buffer);
        Volatile.Write(ref _bytes, _bytes + bytes);
    }

    private void Keep(ReadOnlySpan<byte> request)
    {
        if (_requests % _stride != 0 || _requests / _stride >= _kept.Length)
            return;
        int place = _requests / _stride;
        _keptLengths[place] = Math.Min(request.Length, _kept[place].Length);
        request[.._keptLengths[place]].CopyTo(_kept[place]);
    }
}
