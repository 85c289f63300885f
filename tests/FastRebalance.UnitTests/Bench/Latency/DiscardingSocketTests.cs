using System.Text;
using FastRebalance.Bench.Latency;

namespace FastRebalance.UnitTests.Bench.Latency;

public sealed class DiscardingSocketTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact]
    public void Kept_ManyRequests_AreEveryThirdAsTheyWereWritten()
    {
        using DiscardingSocket socket = new(stride: 3, mostRequests: 5_000, requestBytes: 1_000);
        long written = 0;
        for (int i = 0; i < 5_000; i++)
        {
            byte[] request = Encoding.ASCII.GetBytes($"{i}{new string('x', i % 700)}\n");
            socket.Write(request);
            written += request.Length;
        }
        Assert.True(socket.WaitFor(written, Patience), $"{socket.Bytes} of {written} bytes arrived");
        Assert.Equal(5_000, socket.Requests);
        (int Index, byte[] Request)[] kept = [.. socket.Kept()];
        Assert.Equal(1_667, kept.Length);
        foreach ((int index, byte[] request) in kept)
            Assert.Equal($"{index}{new string('x', index % 700)}\n", Encoding.ASCII.GetString(request));
    }

    [Fact]
    public void Kept_RequestInPieces_IsWhole()
    {
        using DiscardingSocket socket = new(stride: 1, mostRequests: 2, requestBytes: 10);
        socket.Write("abc\nde"u8);
        Assert.True(socket.WaitFor(6, Patience));
        socket.Write("f\n"u8);
        Assert.True(socket.WaitFor(8, Patience));
        Assert.Equal(["abc\n", "def\n"], socket.Kept().Select(k => Encoding.ASCII.GetString(k.Request)));
    }

    [Fact]
    public void WaitFor_BytesThatWereNeverWritten_IsFalse()
    {
        using DiscardingSocket socket = new(stride: 1, mostRequests: 1, requestBytes: 10);
        socket.Write("a\n"u8);
        Assert.True(socket.WaitFor(2, Patience));
        Assert.False(socket.WaitFor(3, TimeSpan.FromMilliseconds(50)));
    }
}
