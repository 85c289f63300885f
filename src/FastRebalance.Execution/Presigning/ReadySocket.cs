using System.Net;
using System.Net.Sockets;
using FastRebalance.Ethereum.Rpc;

namespace FastRebalance.Execution.Presigning;

/// <summary>
/// A Unix domain or TCP connection that is made, read and made anew by a thread of its own, so that firing finds it ready. The socket does not
/// block: what the kernel does not take at once, because the other side has stopped reading, counts as not written, and the connection is given up.
/// </summary>
public sealed class ReadySocket : IReadySocket
{
    private const int SendBufferBytes = 1 << 20;
    private const int ReadBytes = 16 * 1024;
    private const int MostAnswerBytes = 64 * 1024;
    private const int LookMicroseconds = 20_000;
    private static readonly TimeSpan s_shortestWait = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan s_longestWait = TimeSpan.FromSeconds(2);

    private readonly EndPoint _place;
    private readonly int _channel;
    private readonly IFireAnswerSink _answers;
    private readonly AnswerSplitter _splitter = new(MostAnswerBytes);
    private readonly byte[] _read = new byte[ReadBytes];
    private readonly ManualResetEventSlim _stop = new();
    private readonly TwinConnection? _twin;
    private readonly Thread _keeper;
    private Socket? _socket;
    private int _isWriting;
    private volatile bool _isBroken;
    private long _connections;

    private ReadySocket(string name, EndPoint place, int channel, IFireAnswerSink answers)
    {
        Name = name;
        _place = place;
        _channel = channel;
        _answers = answers;
        _twin = TwinConnection.TryMake(place.AddressFamily == AddressFamily.Unix);
        _keeper = new Thread(Keep) { Name = $"channel {name}", IsBackground = true };
        _keeper.Start();
    }

    public string Name { get; }

    public bool IsReady => Volatile.Read(ref _socket) is not null && !_isBroken;

    /// <summary>Connections made so far.</summary>
    public long Connections => Volatile.Read(ref _connections);

    /// <summary>An endpoint without encryption or handshake.</summary>
    public static bool CanReach(RpcEndpoint endpoint) =>
        endpoint.Kind == RpcTransportKind.Ipc || (endpoint.Kind == RpcTransportKind.Http && !endpoint.IsHttp2 && new Uri(endpoint.Location).Scheme == "http");

    /// <summary>Into a node's IPC endpoint, or by plain TCP into an HTTP one.</summary>
    /// <param name="endpoint">Where it listens.</param>
    /// <param name="channel">Its place among the channels.</param>
    /// <param name="answers">Takes what comes back.</param>
    /// <exception cref="ArgumentException">The endpoint wants encryption or a handshake, which a ready socket does not do; use a submit channel for it.</exception>
    public static ReadySocket To(RpcEndpoint endpoint, int channel, IFireAnswerSink answers)
    {
        if (endpoint.Kind == RpcTransportKind.Ipc)
            return new ReadySocket(endpoint.ToString(), new UnixDomainSocketEndPoint(endpoint.Location), channel, answers);
        if (endpoint.Kind == RpcTransportKind.Http && !endpoint.IsHttp2 && new Uri(endpoint.Location) is { Scheme: "http" } url)
            return new ReadySocket(endpoint.ToString(), PlaceOf(url), channel, answers);
        throw new ArgumentException($"{endpoint} cannot be fired into: a ready socket speaks ipc:PATH or http://HOST:PORT", nameof(endpoint));
    }

    public bool Write(ReadOnlySpan<byte> frame)
    {
        Interlocked.Exchange(ref _isWriting, 1); // before the socket is read: whoever takes it away waits from then on
        bool isWhole = false;
        if (!_isBroken && Volatile.Read(ref _socket) is { } socket)
        {
            int sent = socket.Send(frame, SocketFlags.None, out SocketError error);
            isWhole = error == SocketError.Success && sent == frame.Length;
            _isBroken = !isWhole;
        }
        Volatile.Write(ref _isWriting, 0);
        return isWhole;
    }

    public void Rehearse(int bytes)
    {
        if (!IsReady)
            return;
        Write(default); // of no bytes a stream sends none
        _twin?.Pass(bytes);
    }

    /// <summary>Waits until it is connected; for set-up.</summary>
    public bool WaitUntilReady(TimeSpan patience) => SpinWait.SpinUntil(() => IsReady, patience);

    public void Dispose()
    {
        _stop.Set();
        if (_keeper.IsAlive)
            _keeper.Join();
        _twin?.Dispose();
        _stop.Dispose();
    }

    private static EndPoint PlaceOf(Uri url) => url.HostNameType is UriHostNameType.IPv4 or UriHostNameType.IPv6
        ? new IPEndPoint(IPAddress.Parse(url.DnsSafeHost), url.Port)
        : new DnsEndPoint(url.DnsSafeHost, url.Port);

    // The keeper's thread: connect, read until the end, once more, each time a little later.
    private void Keep()
    {
        TimeSpan wait = s_shortestWait;
        while (!_stop.IsSet)
        {
            if (TryConnect() is { } socket)
            {
                wait = s_shortestWait;
                Read(socket);
                Drop(socket);
            }
            _stop.Wait(wait);
            wait = wait * 2 < s_longestWait ? wait * 2 : s_longestWait;
        }
    }

    private Socket? TryConnect()
    {
        bool isUnix = _place.AddressFamily == AddressFamily.Unix;
        Socket? socket = null;
        try
        {
            socket = isUnix
                ? new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified)
                : new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            socket.SendBufferSize = SendBufferBytes;
            socket.Connect(_place);
            socket.Blocking = false;
        }
        catch (SocketException)
        {
            socket?.Dispose();
            return null; // not there yet: it is tried again
        }
        _splitter.Restart();
        _isBroken = false;
        Interlocked.Increment(ref _connections);
        Volatile.Write(ref _socket, socket);
        return socket;
    }

    private void Read(Socket socket)
    {
        try
        {
            while (!_stop.IsSet && !_isBroken)
            {
                if (!socket.Poll(LookMicroseconds, SelectMode.SelectRead))
                    continue;
                int read = socket.Receive(_read, SocketFlags.None, out SocketError error);
                if (error is SocketError.WouldBlock)
                    continue;
                if (error != SocketError.Success || read == 0)
                    return;
                _splitter.Take(_read.AsSpan(0, read), _channel, _answers);
            }
        }
        catch (SocketException)
        {
            // The connection is gone, as with an end of the stream.
        }
    }

    private void Drop(Socket socket)
    {
        Interlocked.Exchange(ref _socket, null);
        SpinWait spin = default;
        while (Volatile.Read(ref _isWriting) != 0)
            spin.SpinOnce();
        socket.Dispose();
        _answers.OnLost(_channel);
    }
}
