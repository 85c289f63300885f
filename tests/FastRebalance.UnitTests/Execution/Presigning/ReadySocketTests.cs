using System.Net;
using System.Net.Sockets;
using System.Text;
using FastRebalance.Ethereum.Rpc;
using FastRebalance.Execution.Presigning;

namespace FastRebalance.UnitTests.Execution.Presigning;

public sealed class ReadySocketTests : IDisposable
{
    private const int Rounds = 5;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly string _path = Path.Combine(Path.GetTempPath(), $"fr-{Guid.NewGuid():N}.sock");
    private readonly FireAnswers _answers = new();
    private readonly Socket _listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);

    public ReadySocketTests()
    {
        _listener.Bind(new UnixDomainSocketEndPoint(_path));
        _listener.Listen(4);
    }

    public void Dispose()
    {
        _listener.Dispose();
        File.Delete(_path);
    }

    [Fact]
    public void Write_OverIpc_ArrivesWholeAndTheAnswerComesBack()
    {
        using ReadySocket socket = ReadySocket.To(RpcEndpoint.Parse("ipc:" + _path), 1, _answers);
        using Socket far = _listener.Accept();
        Assert.True(socket.WaitUntilReady(Patience));

        for (int i = 0; i < 100; i++)
            socket.Rehearse(5_000); // nothing of it arrives
        Assert.True(socket.Write("{\"id\":458755}"u8));
        Assert.Equal("{\"id\":458755}", Receive(far, 13));
        _answers.Expect(new FireOutcome { Verdict = FireVerdict.Fired, Nonce = 7, Rung = 3, ChannelsWritten = 0b10 });
        far.Send("{\"id\":458755,\"result\":\"0x\"}"u8);

        Assert.True(SpinWait.SpinUntil(() => _answers.TryTake(out FireAnswer answer, out _) && answer.Channel == 1, Patience));
    }

    [Fact]
    public void Write_OverTcp_ArrivesWhole()
    {
        using Socket listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen(1);
        using ReadySocket socket = ReadySocket.To(RpcEndpoint.Parse($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndPoint!).Port}"), 0, _answers);
        using Socket far = listener.Accept();
        Assert.True(socket.WaitUntilReady(Patience));

        for (int i = 0; i < 100; i++)
            socket.Rehearse(5_000);
        Assert.True(socket.Write("POST / HTTP/1.1\r\n\r\n"u8));

        Assert.Equal("POST / HTTP/1.1\r\n\r\n", Receive(far, 19));
    }

    [Fact]
    public void Write_NotConnected_IsFalseAndThrowsNothing()
    {
        using ReadySocket socket = ReadySocket.To(RpcEndpoint.Parse("ipc:" + _path + ".none"), 0, _answers);

        Assert.False(socket.IsReady);
        Assert.False(socket.Write("x"u8));
    }

    [Fact]
    public void Write_FarEndGone_IsConnectedAnewElsewhere()
    {
        using ReadySocket socket = ReadySocket.To(RpcEndpoint.Parse("ipc:" + _path), 0, _answers);
        _listener.Accept().Dispose();
        using Socket second = _listener.Accept();
        Assert.True(SpinWait.SpinUntil(() => socket.Connections == 2 && socket.IsReady, Patience));

        Assert.True(socket.Write("abc"u8));

        Assert.Equal("abc", Receive(second, 3));
        Assert.Equal(1, _answers.Lost);
    }

    // What the kernel does not take at once would hold the trigger thread up: the connection is given up instead.
    [Fact]
    public void Write_FarEndDoesNotRead_ReturnsFalseAndNeverBlocks()
    {
        using ReadySocket socket = ReadySocket.To(RpcEndpoint.Parse("ipc:" + _path), 0, _answers);
        using Socket far = _listener.Accept();
        Assert.True(socket.WaitUntilReady(Patience));
        byte[] frame = new byte[64 * 1024];

        int writes = 0;
        while (socket.Write(frame))
            writes++;

        Assert.InRange(writes, 1, 1_000);
        using Socket second = _listener.Accept(); // and it is made anew
        Assert.True(SpinWait.SpinUntil(() => socket.Connections == 2 && socket.IsReady, Patience));
        Assert.True(socket.Write("abc"u8));
        Assert.Equal("abc", Receive(second, 3)); // no rest of an old frame comes before it
    }

    [Fact]
    public void Write_Connected_AllocatesNothing()
    {
        using ReadySocket socket = ReadySocket.To(RpcEndpoint.Parse("ipc:" + _path), 0, _answers);
        using Socket far = _listener.Accept();
        Assert.True(socket.WaitUntilReady(Patience));
        byte[] frame = new byte[100];
        socket.Write(frame);
        long least = long.MaxValue;
        for (int round = 0; round < Rounds; round++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < 20; i++)
                Assert.True(socket.Write(frame));
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        Assert.Equal(0, least);
    }

    [Theory]
    [InlineData("wss://127.0.0.1:1")]
    [InlineData("ws://127.0.0.1:1")]
    [InlineData("https://127.0.0.1:1")]
    [InlineData("h2c://127.0.0.1:1")]
    public void To_WhatAReadySocketDoesNotSpeak_IsRefused(string endpoint) =>
        Assert.Contains("ipc:PATH", Assert.Throws<ArgumentException>(() => ReadySocket.To(RpcEndpoint.Parse(endpoint), 0, _answers)).Message);

    private static string Receive(Socket far, int bytes)
    {
        byte[] read = new byte[bytes];
        int have = 0;
        while (have < bytes && far.Receive(read.AsSpan(have)) is > 0 and int more)
            have += more;
        return Encoding.ASCII.GetString(read, 0, have);
    }
}
