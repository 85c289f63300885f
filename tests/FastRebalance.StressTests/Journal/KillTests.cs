using System.Buffers.Binary;
using System.Diagnostics;
using FastRebalance.Core.Events;
using FastRebalance.Journal;
using Microsoft.Win32.SafeHandles;

namespace FastRebalance.StressTests.Journal;

/// <summary>A process killed in the middle of writing loses nothing that it had flushed, and leaves a journal that can be gone on with.</summary>
public sealed class KillTests
{
    private const string DirectoryVariable = "FASTREBALANCE_KILL_TEST_DIRECTORY";
    private const int Rounds = 5;

    [Fact]
    public void Kill_WhileWriting_LosesNothingFlushed()
    {
        string program = Path.ChangeExtension(typeof(KillTests).Assembly.Location, OperatingSystem.IsWindows() ? ".exe" : null);
        if (!File.Exists(program))
            Assert.Skip($"could not tell: {program} is not there to be started as the victim");
        DirectoryInfo root = Directory.CreateTempSubdirectory("frj-kill-");
        try
        {
            long carried = 0;
            for (int round = 0; round < Rounds; round++)
            {
                long promised = KillAVictim(program, root.FullName, atLeast: 5_000 + 1_777 * round);
                long found = Read(root.FullName, round) - carried;
                Assert.True(found > promised, $"round {round}: sequence {promised} was flushed, and {found} events are there");
                carried += found;
            }
        }
        finally
        {
            root.Delete(recursive: true);
        }
    }

    /// <summary>The victim's side: only does something when started as one.</summary>
    [Fact]
    public void Victim_StartedByTheTestAbove_WritesUntilKilled()
    {
        if (Environment.GetEnvironmentVariable(DirectoryVariable) is not { Length: > 0 } directory)
        {
            Assert.Skip("this is the other half of the test above");
            return;
        }

        using JournalWriter writer = JournalWriter.Create(Path.Combine(directory, "journal"), JournalStreams.Inbound, append: true, segmentBytes: 256 * 1024);
        using SafeFileHandle progress = File.OpenHandle(Progress(directory), FileMode.Create, FileAccess.Write, FileShare.ReadWrite);
        byte[] flushed = new byte[sizeof(long)];
        MarketEvent marketEvent = new() { Kind = MarketEventKind.Timer };
        Random random = new(7);
        // Bounded, so that a victim whose murderer has died does not fill the disk.
        for (long sequence = 0; sequence < 3_000_000;)
        {
            for (int left = random.Next(1, 40); left > 0; left--)
            {
                marketEvent.DueNs = sequence;
                Assert.True(writer.AppendMarketEvent(sequence++, in marketEvent));
            }

            Assert.True(writer.Flush());
            BinaryPrimitives.WriteInt64LittleEndian(flushed, sequence - 1);
            RandomAccess.Write(progress, flushed, fileOffset: 0);
        }
    }

    private static string Progress(string directory) => Path.Combine(directory, "progress");

    /// <returns>The last sequence that the victim knew to be flushed when it was killed.</returns>
    private static long KillAVictim(string program, string directory, long atLeast)
    {
        File.Delete(Progress(directory));
        ProcessStartInfo start = new(program, ["-method", $"{typeof(KillTests).FullName}.{nameof(Victim_StartedByTheTestAbove_WritesUntilKilled)}"])
        {
            RedirectStandardOutput = true,
            Environment = { [DirectoryVariable] = directory },
        };
        using Process victim = Process.Start(start)!;
        victim.OutputDataReceived += static (_, _) => { };
        victim.BeginOutputReadLine();
        while (Promised(directory) < atLeast && !victim.HasExited)
            Thread.Sleep(1);
        Assert.False(victim.HasExited, "the victim ended by itself");
        victim.Kill();
        victim.WaitForExit();
        return Promised(directory);
    }

    private static long Promised(string directory)
    {
        if (!File.Exists(Progress(directory)))
            return -1;
        using SafeFileHandle progress = File.OpenHandle(Progress(directory), FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        byte[] flushed = new byte[sizeof(long)];
        return RandomAccess.Read(progress, flushed, fileOffset: 0) == flushed.Length ? BinaryPrimitives.ReadInt64LittleEndian(flushed) : -1;
    }

    /// <summary>Counts the events of all victims so far; each began again at sequence 0 and left no gap.</summary>
    private static long Read(string directory, int lastRound)
    {
        JournalReader reader = JournalReader.Open(Path.Combine(directory, "journal"), JournalStreams.Inbound);
        long count = 0, expected = 0;
        int round = 0;
        while (reader.TryRead(out JournalRecord record))
        {
            if (record.Sequence == 0 && count > 0)
            {
                round++;
                expected = 0;
            }

            Assert.Equal(expected++, record.Sequence);
            Assert.Equal(record.Sequence, record.MarketEvent.DueNs);
            count++;
        }

        Assert.Equal(lastRound, round);
        Assert.False(reader.CleanlyClosed);
        return count;
    }
}
