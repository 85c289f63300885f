using System.Diagnostics;
using System.Globalization;
using FastRebalance.Execution.WriteAhead;

namespace FastRebalance.StressTests.WriteAhead;

/// <summary>
/// Processes that write to one log and are killed, one after the other: at a point of the writing, or anywhere. After each of them the log
/// opens, everything that it had taken is there, and nothing else. <c>FASTREBALANCE_LOG_ROUNDS</c> asks for more than the usual rounds.
/// </summary>
public sealed class LogKillTests
{
    private const int UsualRounds = 60;
    private const int Steps = 150;
    private const int Killed = 128 + 9;

    private static readonly FaultPoint[] s_points =
        [.. Enum.GetValues<FaultPoint>().Where(p => p is > FaultPoint.None and < FaultPoint.BeforeKillSync)];

    [Fact]
    public void Kill_AtAnyPoint_LosesNothingTakenAndInventsNothing()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "the write-ahead log needs Linux");
        string program = Path.ChangeExtension(typeof(LogKillTests).Assembly.Location, null);
        if (!File.Exists(program))
            Assert.Skip($"could not tell: {program} is not there to be started as the victim");
        DirectoryInfo root = Directory.CreateTempSubdirectory("frw-kill-");
        try
        {
            LogKnowledge knowledge = new();
            Random random = new(20);
            HashSet<FaultPoint> died = [];
            int anywhere = 0, rounds = Rounds();
            for (int round = 1; round <= rounds; round++)
            {
                FaultPoint point = round % 3 == 0 ? FaultPoint.None : s_points[random.Next(s_points.Length)];
                string name = $"round {round}, {point}";
                bool wasKilled = Kill(program, root.FullName, round, point, random, knowledge);
                using SubmitterLog log = SubmitterLog.Open(LogVictim.Options(root.FullName));
                knowledge.Check(log.Recovered.State, name);
                if (wasKilled && point != FaultPoint.None)
                    died.Add(point);
                else if (wasKilled)
                    anywhere++;
                if (round % 7 == 0)
                    Assert.Equal(LogVerdict.Written, log.Complete());
            }

            Assert.True(knowledge.Out > rounds, $"only {knowledge.Out} attempts left in {rounds} rounds");
            Assert.True(anywhere > rounds / 6, $"only {anywhere} victims were killed in the midst");
            Assert.True(died.Count > s_points.Length / 2, $"only these points were reached: {string.Join(' ', died)}");
        }
        finally
        {
            root.Delete(recursive: true);
        }
    }

    [Fact]
    public void Check_RecordMissingOrInvented_FailsIt()
    {
        // The detector first: it must see what it is there to see.
        DirectoryInfo root = Directory.CreateTempSubdirectory("frw-kill-");
        try
        {
            using SubmitterLog log = SubmitterLog.Open(LogVictim.Options(root.FullName));
            ArmedAttempt attempt = LogVictim.Attempt(0, 1);
            LogKnowledge missing = new();
            missing.Hear("A 0 1");
            Assert.ThrowsAny<Exception>(() => missing.Check(log.Now(), "missing"));
            log.Arm([attempt]);
            Assert.ThrowsAny<Exception>(() => new LogKnowledge().Check(log.Now(), "invented"));
            LogKnowledge fired = new();
            fired.Hear("A 0 1");
            fired.Hear("F 0 1");
            Assert.ThrowsAny<Exception>(() => fired.Check(log.Now(), "a fire is missing"));
            log.Fire(0, attempt.Hash);
            fired.Check(log.Now(), "now it is there");
        }
        finally
        {
            root.Delete(recursive: true);
        }
    }

    /// <returns>True when it did not end by itself.</returns>
    private static bool Kill(string program, string root, int round, FaultPoint point, Random random, LogKnowledge knowledge)
    {
        ProcessStartInfo start = new(program)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { [LogVictim.Variable] = string.Create(CultureInfo.InvariantCulture, $"{root}|{round}|{Steps}"), ["DOTNET_TieredPGO"] = "0" },
        };
        if (point != FaultPoint.None)
            start.Environment[FaultPoints.Variable] = FaultPoints.Value(point, random.Next(1, point is FaultPoint.BeforeSnapshotRename or FaultPoint.AfterSnapshotRename ? 2 : 12));
        int lines = point == FaultPoint.None ? random.Next(1, 250) : int.MaxValue;
        using Process victim = Process.Start(start)!;
        Task<string> errors = victim.StandardError.ReadToEndAsync();
        while (victim.StandardOutput.ReadLine() is { } line)
        {
            // What came through the pipe whole was told; a last line without an end was cut by the kill.
            if (line.Split(' ') is { Length: 3 } && !line.StartsWith('O'))
                knowledge.Hear(line);
            if (--lines == 0)
                victim.Kill();
        }

        victim.WaitForExit();
        Assert.True(victim.ExitCode is 0 or Killed, $"round {round}: the victim ended with {victim.ExitCode}: {errors.Result}");
        return victim.ExitCode == Killed;
    }

    private static int Rounds() =>
        int.TryParse(Environment.GetEnvironmentVariable("FASTREBALANCE_LOG_ROUNDS"), CultureInfo.InvariantCulture, out int rounds) ? rounds : UsualRounds;
}
