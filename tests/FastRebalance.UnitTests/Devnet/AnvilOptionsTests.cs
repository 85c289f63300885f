using FastRebalance.Devnet.Node;

namespace FastRebalance.UnitTests.Devnet;

public sealed class AnvilOptionsTests
{
    [Fact]
    public void Arguments_FractionalBlockTime_AreWrittenWithAPoint()
    {
        string line = string.Join(' ', new AnvilOptions(5, 31337, 0, TimeSpan.FromMilliseconds(250), "/tmp/a.ipc").Arguments());

        Assert.Contains("--host 127.0.0.1 --port 0", line);
        Assert.Contains("--block-time 0.25", line);
        Assert.Contains("--ipc /tmp/a.ipc", line);
    }

    [Fact]
    public void Arguments_NoBlockTime_MineEachTransaction() =>
        Assert.DoesNotContain("--block-time", new AnvilOptions(5, 31337, 0, null, null).Arguments());

    [Theory]
    [InlineData("Listening on 127.0.0.1:43425", 43425)]
    [InlineData("Listening on 127.0.0.1:x", null)]
    [InlineData("Private Keys", null)]
    public void ReadPort_Line_FindsOnlyTheListeningOne(string line, int? port) => Assert.Equal(port, AnvilNode.ReadPort(line));
}
