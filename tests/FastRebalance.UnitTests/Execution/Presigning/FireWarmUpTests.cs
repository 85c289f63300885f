using System.Net.Sockets;
using FastRebalance.Core.Events;
using FastRebalance.Core.Measures;
using FastRebalance.Core.Results;
using FastRebalance.Ethereum.Rpc;
using FastRebalance.Execution.Presigning;
using FastRebalance.Execution.WriteAhead;
using FastRebalance.UnitTests.Execution.WriteAhead;

namespace FastRebalance.UnitTests.Execution.Presigning;

public sealed class FireWarmUpTests
{
    private const int Shots = 180;

    [Fact]
    public void Run_RealLogAndSockets_GoesTheWholeWayAndSaysNothing()
    {
        using LogDesk desk = new();
        RecordingSocket[] sockets = [new RecordingSocket(), new RecordingSocket { IsReady = false }];
        byte[] before;
        using (SubmitterLog log = desk.Open())
        {
            before = LogDesk.Fingerprint(log.Now());
            Assert.Equal(Shots, FireWarmUp.Run(log, sockets, new PickOptions()));
        }

        Assert.Equal(before, desk.Reopen());
        Assert.All(sockets, socket => Assert.Equal((0, 2 * Shots), (socket.Writes, socket.Rehearsals)));
    }

    // Its own process would show more: here other tests may have compiled the way before. A warm-up that leaves something out shows when this runs alone.
    [Fact]
    public void Run_ShotAfterIt_MeetsNoMethodForTheFirstTime()
    {
        using LogDesk desk = new();
        using Socket listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        string path = Path.Combine(Path.GetTempPath(), $"fr-{Guid.NewGuid():N}.sock");
        listener.Bind(new UnixDomainSocketEndPoint(path));
        listener.Listen(1);
        using ReadySocket socket = ReadySocket.To(RpcEndpoint.Parse("ipc:" + path), 0, new FireAnswers());
        Assert.True(socket.WaitUntilReady(TimeSpan.FromMinutes(1)));
        desk.Options = desk.Options with { AccountSegmentBytes = SubmitterLogOptions.DefaultAccountSegmentBytes };
        using SubmitterLog log = desk.Open();
        FireWarmUp.Run(log, [socket], new PickOptions());
        PresignBench bench = new();
        bench.Arm();
        Assert.Equal(LogVerdict.Written, log.Arm([.. bench.Log.Armed.Values.OrderBy(static armed => armed.Nonce)]));
        FirePath live = new(bench.Tables, bench.Account, log, [socket], new PickOptions());
        OrderLeg[] legs = [PresignBench.Leg()];
        DecidedOrder order = new()
        {
            OrderId = 42,
            Portfolio = PresignBench.Portfolio,
            Tier = PolicyTier.Economic,
            Legs = legs,
            DeadlineUnixSeconds = PresignBench.Deadline,
        };

        using CompilationWatch watch = new();
        watch.Begin();
        bool isFired = live.TryFire(in order, MonotonicClock.NowNs, out FireOutcome outcome);
        IReadOnlyList<string> compiled = watch.End();

        Assert.True(isFired);
        Assert.Equal(1UL, outcome.ChannelsWritten);
        Assert.Empty(compiled);
        File.Delete(path);
    }
}
