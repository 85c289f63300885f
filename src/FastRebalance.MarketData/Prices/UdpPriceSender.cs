using System.Net;
using System.Net.Sockets;

namespace FastRebalance.MarketData.Prices;

/// <summary>Sends prices to a multicast group, for a <see cref="Feeds.UdpMulticastFeed"/>; the layout stands at <c>PriceDatagram</c>. One thread.</summary>
public sealed class UdpPriceSender : IDisposable
{
    private readonly Socket _socket;
    private readonly byte[] _packet = new byte[PriceDatagram.MostBytes];
    private readonly long _session;

    /// <param name="group">The group's address and port.</param>
    /// <param name="local">The interface to send by; loopback unless told, where nothing leaves the machine.</param>
    /// <param name="ttl">Routers that a packet may pass; 0 keeps it on this machine.</param>
    /// <exception cref="SocketException">The system refuses.</exception>
    public UdpPriceSender(IPEndPoint group, IPAddress? local = null, int ttl = 0)
        : this(group, local, ttl, (DateTime.UtcNow.Ticks - DateTime.UnixEpoch.Ticks) * 100)
    {
    }

    internal UdpPriceSender(IPEndPoint group, IPAddress? local, int ttl, long session)
    {
        _session = session;
        IPAddress by = local ?? IPAddress.Loopback;
        _socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        _socket.SetSocketOption(SocketOptionLevel.IP, SocketOptionName.MulticastInterface, by.GetAddressBytes());
        _socket.SetSocketOption(SocketOptionLevel.IP, SocketOptionName.MulticastTimeToLive, ttl);
        _socket.SetSocketOption(SocketOptionLevel.IP, SocketOptionName.MulticastLoopback, true);
        _socket.Connect(group);
    }

    /// <summary>Packets sent, and the number of the last.</summary>
    public long Sequence { get; private set; }

    /// <summary>Sends one packet.</summary>
    /// <param name="records">As many as a frame holds: 1 to 36.</param>
    /// <exception cref="ArgumentException">No record, too many, or a symbol that does not fit.</exception>
    /// <exception cref="SocketException">The system refuses.</exception>
    public void Send(params ReadOnlySpan<PriceRecord> records) => Send(Sequence + 1, records);

    /// <summary>Under a number of the caller's: to make gaps and duplicates.</summary>
    internal void Send(long sequence, params ReadOnlySpan<PriceRecord> records)
    {
        int length = PriceDatagram.Write(_packet, _session, sequence, (DateTime.UtcNow.Ticks - DateTime.UnixEpoch.Ticks) * 100, records);
        _socket.Send(_packet.AsSpan(0, length));
        Sequence = sequence;
    }

    internal void SendRaw(ReadOnlySpan<byte> packet) => _socket.Send(packet);

    public void Dispose() => _socket.Dispose();
}
