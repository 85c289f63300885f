using System.Diagnostics;
using System.Globalization;
using FastRebalance.Core.Measures;

namespace FastRebalance.Peers.Rings;

/// <summary>The smallest ring there is, in C, as a program of its own that is started for each window: what the machine allows.</summary>
public sealed class CLimit : RingArm
{
    private readonly string _program;
    private readonly int _slotBytes;

    private CLimit(string program, int slotBytes)
        : base("plain ring in C")
    {
        _program = program;
        _slotBytes = slotBytes;
    }

    /// <summary>Compiles the program; null where no C compiler is found.</summary>
    public static CLimit? Compile(int slotBytes)
    {
        string source = Path.Combine(AppContext.BaseDirectory, "ring_limit.c");
        string program = Path.Combine(AppContext.BaseDirectory, "ring_limit");
        foreach (string compiler in new[] { Environment.GetEnvironmentVariable("CC") ?? "cc", "gcc", "clang" })
        {
            try
            {
                Run(compiler, ["-O2", "-pthread", source, "-o", program]);
                return new CLimit(program, slotBytes);
            }
            catch (System.ComponentModel.Win32Exception)
            {
                // no such compiler
            }
        }

        return null;
    }

    public override Window Throughput(Job job)
    {
        string[] figures = Run(_program, ["throughput", Text(_slotBytes), Text(job.RingSize), Text(job.Events), Text(job.PublishBatch)]).Split(' ');
        return new Window(job.Events, Number(figures[0]) * 1e-9, Number(figures[1]));
    }

    public override LatencyHistogram RoundTrip(int rounds, long pauseNs)
    {
        LatencyHistogram histogram = new();
        foreach (string line in Run(_program, ["roundtrip", Text(rounds), Text(pauseNs)]).Split('\n', StringSplitOptions.RemoveEmptyEntries))
            histogram.Record(Number(line));
        return histogram;
    }

    private static string Run(string program, string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true })!;
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0
            ? output.Trim()
            : throw new WrongResultException($"'{program} {string.Join(' ', arguments)}' ended with exit code {process.ExitCode}");
    }

    private static string Text(long value) => value.ToString(CultureInfo.InvariantCulture);

    private static long Number(string text) => long.Parse(text, CultureInfo.InvariantCulture);
}
