using System.Globalization;
using System.Security.Cryptography;

namespace FastRebalance.Hosting;

/// <summary>
/// The folder of all journals of one account: one sub-folder a run, numbered, and a lock so that two engines never trade one
/// account from here at the same time.
/// </summary>
public sealed class JournalFolder : IDisposable
{
    /// <summary>Held for itself alone by the engine that trades from here.</summary>
    internal const string LockFile = "lock";

    private const string Prefix = "run-";
    private const ulong LargestEpoch = (1UL << 24) - 1;
    private const string SpaceFile = "decision-space";
    private const int SpaceDigits = 16;

    private const int LockTries = 100;

    private static readonly TimeSpan s_lockPause = TimeSpan.FromMilliseconds(10);

    private readonly FileStream _lock;

    private JournalFolder(FileStream theLock, string run, ulong epoch, ulong decisionSpace)
    {
        DecisionSpace = decisionSpace;
        _lock = theLock;
        RunDirectory = run;
        Epoch = epoch;
    }

    /// <summary>Where this run's journal goes; not made yet.</summary>
    public string RunDirectory { get; }

    /// <summary>The run's number; order ids carry it.</summary>
    public ulong Epoch { get; }

    /// <summary>
    /// Drawn once for the folder: order ids count from the folder's first run, and a contract that runs a decision once must not take those of
    /// another folder for its own.
    /// </summary>
    public ulong DecisionSpace { get; }

    /// <summary>Takes the folder for a new run.</summary>
    /// <exception cref="IOException">Another engine holds it, or the disk refuses.</exception>
    public static JournalFolder Open(string path)
    {
        Directory.CreateDirectory(path);
        FileStream theLock = Lock(path);
        ulong epoch = Runs(path).LastOrDefault() + 1;
        if (epoch > LargestEpoch)
            throw new IOException($"{path} holds run {LargestEpoch}, the last number there is: move the old runs away and start a new folder");
        try
        {
            return new JournalFolder(theLock, PathOf(path, epoch), epoch, ReadOrDrawSpace(Path.Combine(path, SpaceFile)));
        }
        catch
        {
            theLock.Dispose();
            throw;
        }
    }

    /// <summary>The folder of the newest run; or the path itself where it holds a run's streams.</summary>
    /// <exception cref="FileNotFoundException">There is no run.</exception>
    public static string Newest(string path)
    {
        if (Directory.Exists(path) && Directory.EnumerateFiles(path, $"{Journal.JournalStreams.Inbound}-*").Any())
            return path;
        ulong newest = Runs(path).LastOrDefault();
        return newest > 0 ? PathOf(path, newest) : throw new FileNotFoundException($"{path} holds no journal of a run");
    }

    /// <summary>The folders of every run, oldest first; or the path itself where it holds a run's streams.</summary>
    /// <exception cref="FileNotFoundException">There is no run.</exception>
    public static IReadOnlyList<string> All(string path)
    {
        if (Directory.Exists(path) && Directory.EnumerateFiles(path, $"{Journal.JournalStreams.Inbound}-*").Any())
            return [path];
        List<ulong> runs = Runs(path);
        return runs.Count > 0 ? [.. runs.Select(run => PathOf(path, run))] : throw new FileNotFoundException($"{path} holds no journal of a run");
    }

    public void Dispose() => _lock.Dispose();

    /// <summary>An engine holds it for long; a program that asks whether one does, for a moment.</summary>
    private static FileStream Lock(string path)
    {
        for (int tries = 1; ; tries++)
        {
            try
            {
                return new FileStream(Path.Combine(path, LockFile), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException) when (tries < LockTries)
            {
                Thread.Sleep(s_lockPause);
            }
            catch (IOException e)
            {
                throw new IOException($"{path} is in use: another engine trades this account from here, stop it first ({e.Message})", e);
            }
        }
    }

    private static string PathOf(string path, ulong run) => Path.Combine(path, Prefix + run.ToString("000000", CultureInfo.InvariantCulture));

    private static ulong ReadOrDrawSpace(string file)
    {
        if (!File.Exists(file))
        {
            // Whole or not at all: a torn number would be another one at the next start.
            string temporary = file + ".tmp";
            using (FileStream stream = File.Create(temporary))
            {
                stream.Write(System.Text.Encoding.ASCII.GetBytes(RandomNumberGenerator.GetHexString(SpaceDigits, lowercase: true)));
                stream.Flush(flushToDisk: true);
            }
            File.Move(temporary, file);
        }
        string text = File.ReadAllText(file).Trim();
        return text.Length == SpaceDigits && ulong.TryParse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ulong space) && space != 0
            ? space
            : throw new IOException($"{file} does not hold {SpaceDigits} hexadecimal digits: put back what stood there, or move the whole folder away and start a new one");
    }

    private static List<ulong> Runs(string path)
    {
        List<ulong> runs = [];
        if (!Directory.Exists(path))
            return runs;
        foreach (string folder in Directory.EnumerateDirectories(path, Prefix + "*"))
            if (ulong.TryParse(Path.GetFileName(folder).AsSpan(Prefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out ulong run))
                runs.Add(run);
        runs.Sort();
        return runs;
    }
}
