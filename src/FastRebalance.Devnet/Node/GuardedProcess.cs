using System.Diagnostics;

namespace FastRebalance.Devnet.Node;

/// <summary>
/// Starts a program that ends with us, however we end. On Unix a shell becomes the program (same process id) after leaving a small
/// watcher behind that blocks on our pipe: when the pipe closes, be it by <see cref="Stop"/> or because the system took us away,
/// the watcher terminates the program, and kills it should it linger. The kernel's parent-death signal is not used: it follows the
/// thread that forked, and pool threads come and go. On Windows the program is started plainly and outlives a hard kill of ours.
/// </summary>
internal static class GuardedProcess
{
    // The watcher is a child of the program, so its parent id tells a live program from a recycled process id. A session of its own
    // keeps the program out of the terminal's reach: Ctrl-C is for us, who then stop it in good order.
    internal const string Guard =
        """
        exec 3<&0
        (
            exec >/dev/null 2>&1
            trap '' HUP INT QUIT
            alive() {
                if [ -r /proc/self/stat ]; then read -r _ _ _ parent _ </proc/self/stat; [ "$parent" = "$$" ]; else kill -0 $$; fi
            }
            read -r _ <&3
            alive || exit 0
            kill -TERM $$
            for _ in 1 2 3 4 5 6 7 8 9 10; do sleep 0.1; alive || exit 0; done
            kill -KILL $$
        ) &
        command -v setsid >/dev/null && set -- setsid "$@"
        exec "$@" </dev/null 3<&-
        """;

    /// <summary>Starts the program with its output and error piped to the caller, who reads both to the end.</summary>
    /// <exception cref="System.ComponentModel.Win32Exception">The program cannot be started.</exception>
    public static Process Start(string program, IEnumerable<string> arguments, string workingDirectory)
    {
        ProcessStartInfo start = new()
        {
            FileName = OperatingSystem.IsWindows() ? program : "/bin/sh",
            WorkingDirectory = workingDirectory,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        if (!OperatingSystem.IsWindows())
        {
            foreach (string word in new[] { "-c", Guard, "guard", program })
                start.ArgumentList.Add(word);
        }
        foreach (string argument in arguments)
            start.ArgumentList.Add(argument);
        return Process.Start(start) ?? throw new InvalidOperationException($"{program} did not start");
    }

    /// <summary>Ends the program and waits until it is gone; does nothing to one that has ended already.</summary>
    public static async Task Stop(Process process)
    {
        if (OperatingSystem.IsWindows() && !process.HasExited)
            process.Kill(entireProcessTree: true);
        try
        {
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // The other end is gone already: so is the program.
        }

        using CancellationTokenSource patience = new(TimeSpan.FromSeconds(3));
        try
        {
            await process.WaitForExitAsync(patience.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync(CancellationToken.None).ConfigureAwait(false);
        }
    }
}
