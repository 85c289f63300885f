using System.Net;
using System.Net.Sockets;

namespace FastRebalance.Execution.Presigning;

/// <summary>
/// A connection of this process with itself, of the same kind as one that matters. What is sent there goes the kernel's whole way and reaches
/// nobody: after it the way is in the processor's caches, which a write of no bytes leaves cold.
/// </summary>
/// <remarks>One thread at a time; allocates nothing after it was made.</remarks>
internal sealed class TwinConnection : IDisposable
{
    private const int MostBytes = 16 * 1024;

    private readonly Socket _near;
    private readonly Socket _far;
    private readonly byte[] _zeros = new byte[MostBytes];
    private readonly byte[] _came = new byte[MostBytes];

    private TwinConnection(Socket near, Socket far)
    {
        _near = near;
        _far = far;
        _near.Blocking = _far.Blocking = false;
        if (near.ProtocolType == ProtocolType.Tcp)
            near.NoDelay = true;
    }

    /// <summary>Null where the system gives none: then there is nothing to rehearse with, and nothing else is amiss.</summary>
    public static TwinConnection? TryMake(bool isUnix)
    {
        try
        {
            return isUnix ? MakeUnix() : Make(SocketType.Stream, ProtocolType.Tcp, new IPEndPoint(IPAddress.Loopback, 0));
        }
        catch (Exception error) when (error is SocketException or IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Sends so many bytes and takes them out again.</summary>
    public void Pass(int bytes)
    {
        _near.Send(_zeros.AsSpan(0, Math.Min(bytes, MostBytes)), SocketFlags.None, out _);
        _far.Receive(_came, SocketFlags.None, out _);
    }

    public void Dispose()
    {
        _near.Dispose();
        _far.Dispose();
    }

    private static TwinConnection? MakeUnix()
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("fastrebalance-"); // for its owner alone
        try
        {
            return Make(SocketType.Stream, ProtocolType.Unspecified, new UnixDomainSocketEndPoint(Path.Combine(folder.FullName, "twin")));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static TwinConnection? Make(SocketType type, ProtocolType protocol, EndPoint place)
    {
        using Socket listener = new(place.AddressFamily, type, protocol);
        listener.Bind(place);
        listener.Listen(1);
        Socket near = new(place.AddressFamily, type, protocol);
        try
        {
            near.Connect(listener.LocalEndPoint!);
            Socket far = listener.Accept();
            // On a port anybody may have been quicker.
            if (place is IPEndPoint && !Equals(far.RemoteEndPoint, near.LocalEndPoint))
            {
                far.Dispose();
                near.Dispose();
                return null;
            }
            return new TwinConnection(near, far);
        }
        catch
        {
            near.Dispose();
            throw;
        }
    }
}
