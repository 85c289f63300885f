using System.Diagnostics;
using System.Text;
using System.Text.Json;
using FastRebalance.Tests;

namespace FastRebalance.ChainTests;

/// <summary>One run of the built command, as a user starts it.</summary>
internal sealed class CommandProcess : IAsyncDisposable
{
    private const string TerminalMaker = "/usr/bin/script";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(180);

    private readonly Process _process;
    private readonly StringBuilder _output = new();
    private readonly StringBuilder _error = new();
    private readonly Task _reading;

    private CommandProcess(Process process)
    {
        _process = process;
        _reading = Task.WhenAll(ReadAsync(process.StandardOutput, _output), ReadAsync(process.StandardError, _error));
    }

    public int Id => _process.Id;

    /// <summary>What it has written by now.</summary>
    public string Output => Text(_output);

    public string Error => Text(_error);

    public static CommandProcess Start(params string[] arguments) => Start(Program(), arguments);

    /// <summary>In a terminal of its own, as a person meets it; the calling test is skipped where nothing makes one.</summary>
    public static CommandProcess StartInTerminal(params string[] arguments)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && File.Exists(TerminalMaker), $"there is no {TerminalMaker} (of util-linux) to make a terminal with");
        string line = string.Join(' ', new[] { Program() }.Concat(arguments).Select(static word => $"'{word}'"));
        return Start(TerminalMaker, ["-qec", $"stty rows 60 cols 200; exec {line}", "/dev/null"]);
    }

    private static CommandProcess Start(string program, string[] arguments)
    {
        ProcessStartInfo start = new(program)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            UseShellExecute = false,
        };
        start.Environment["TERM"] = "xterm";
        foreach (string argument in arguments)
            start.ArgumentList.Add(argument);
        return new CommandProcess(Process.Start(start)!);
    }

    public static async Task<CommandResult> RunAsync(params string[] arguments)
    {
        await using CommandProcess command = Start(arguments);
        return await command.EndAsync();
    }

    /// <summary>Types into it, and closes what it reads from.</summary>
    public async Task WriteAsync(string text)
    {
        await _process.StandardInput.WriteAsync(text);
        _process.StandardInput.Close();
    }

    /// <summary>Types into it.</summary>
    public async Task TypeAsync(string keys)
    {
        await _process.StandardInput.WriteAsync(keys);
        await _process.StandardInput.FlushAsync();
    }

    /// <summary>Waits for its end.</summary>
    public async Task<CommandResult> EndAsync()
    {
        using CancellationTokenSource patience = new(Patience);
        try
        {
            await _process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            Assert.Fail($"the command did not end; it said:\n{Output}\n{Error}");
        }
        await _reading;
        return new CommandResult(_process.ExitCode, Output, Error);
    }

    public async Task UntilAsync(Func<bool> isSo, string what)
    {
        using CancellationTokenSource patience = new(Patience);
        while (!isSo())
        {
            Assert.False(_process.HasExited || patience.IsCancellationRequested, $"no {what}; the command said:\n{Output}\n{Error}");
            await Task.Delay(20);
        }
    }

    /// <param name="name">As kill knows it: INT, TERM.</param>
    public async Task SignalAsync(string name)
    {
        using Process kill = Process.Start("kill", [$"-{name}", $"{Id}"]);
        await kill.WaitForExitAsync();
        Assert.Equal(0, kill.ExitCode);
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync();
        }
        await _reading;
        _process.Dispose();
    }

    /// <summary>The published command, else the newest build of it; the calling test is skipped where there is neither.</summary>
    public static string Program()
    {
        string suffix = OperatingSystem.IsWindows() ? ".exe" : "";
        string artifacts = Path.Combine(SharedFiles.Root, "artifacts");
        string published = Path.Combine(artifacts, "fastrebalance", "fastrebalance" + suffix);
        if (File.Exists(published))
            return published;
        string builds = Path.Combine(artifacts, "bin", "FastRebalance.Cli");
        string? newest = Directory.Exists(builds)
            ? Directory.EnumerateFiles(builds, "FastRebalance.Cli" + suffix, SearchOption.AllDirectories).MaxBy(File.GetLastWriteTimeUtc)
            : null;
        if (newest is null)
            Assert.Skip($"the command is not built: neither {published} nor a build in {builds} is there; run ./build.sh");
        return newest;
    }

    private static async Task ReadAsync(StreamReader from, StringBuilder to)
    {
        char[] buffer = new char[4096]; // not by lines: a question ends without one
        while (await from.ReadAsync(buffer) is > 0 and var count)
            lock (to)
                to.Append(buffer, 0, count);
    }

    private static string Text(StringBuilder lines)
    {
        lock (lines)
            return lines.ToString();
    }
}

internal sealed record CommandResult(int ExitCode, string Output, string Error)
{
    /// <summary>Standard output as the one JSON document that it must be.</summary>
    public JsonElement Json()
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(Output);
            return document.RootElement.Clone();
        }
        catch (JsonException e)
        {
            Assert.Fail($"not one JSON document ({e.Message}):\n{Output}\n{Error}");
            throw;
        }
    }
}
