using System.Text.Json;
using System.Text.Json.Serialization;
using FastRebalance.Configuration;
using FastRebalance.Core.Assets;
using FastRebalance.Execution.Submission;
using FastRebalance.Execution.WriteAhead;
using FastRebalance.Reports;

namespace FastRebalance.Hosting;

/// <summary>
/// What passes between a running engine and other programs of the desk: the kill switch as a file that the engine takes up, and its state as a file
/// that it writes. Both lie in the journals' folder; whoever may write there may stop the desk.
/// </summary>
public sealed class DeskControl
{
    public const string KillFile = "kill";
    public const string StatusFile = "status.json";

    /// <summary>An older status is of an engine that has ended, or stands still.</summary>
    public static readonly TimeSpan StatusAge = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan TakeUpPatience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan TellPatience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    private readonly string _folder;
    private readonly string _logs;
    private readonly ulong _chainId;

    public DeskControl(ConfigFile config)
    {
        _folder = config.Resolve(config.Engine.Journal);
        _logs = AccountLog.RootOf(config);
        _chainId = config.Chain.Id;
    }

    private string KillPath => Path.Combine(_folder, KillFile);

    // ---- the engine's side -----------------------------------------------------------------------------------------------------

    /// <summary>How hard somebody wants the desk killed; <see cref="KillMode.Off"/> while nobody does. A word that is none kills hard.</summary>
    internal KillMode Wanted()
    {
        try
        {
            if (!File.Exists(KillPath))
                return KillMode.Off;
            string text = File.ReadAllText(KillPath).Trim();
            return Enum.TryParse(text, ignoreCase: true, out KillMode mode) && mode is KillMode.Soft or KillMode.Hard or KillMode.Cold ? mode : KillMode.Hard;
        }
        catch (IOException)
        {
            return KillMode.Off; // it is being written: the next look is in a moment
        }
    }

    /// <summary>The switch is down in every log: the file has done its work.</summary>
    internal void Taken() => File.Delete(KillPath);

    /// <summary>An engine begins: what the last one told is not its word.</summary>
    /// <exception cref="IOException">The disk refuses.</exception>
    internal void Begin() => File.Delete(Path.Combine(_folder, StatusFile));

    /// <summary>Written whole or not at all. A disk that refuses is told by the log, not here.</summary>
    internal void Tell(DeskStatus status)
    {
        string temporary = Path.Combine(_folder, StatusFile + ".tmp");
        try
        {
            File.WriteAllBytes(temporary, JsonSerializer.SerializeToUtf8Bytes(status, DeskStatusJson.Default.DeskStatus));
            File.Move(temporary, Path.Combine(_folder, StatusFile), overwrite: true);
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            // Somebody is reading it where that keeps it in its place; the next one comes in a second.
        }
    }

    // ---- the other programs' side ----------------------------------------------------------------------------------------------

    /// <summary>Puts the kill switch down: by the running engine where there is one, in the accounts' logs where there is none.</summary>
    /// <returns>Who did it, in words.</returns>
    /// <exception cref="InvalidOperationException">Nobody has taken it up: an engine holds the accounts and does not answer.</exception>
    public async Task<string> KillAsync(KillMode mode, CancellationToken cancellation)
    {
        if (!IsRunning())
            return KillLogs(log => log.Kill(mode), "no engine runs; the next one will not trade");
        WriteKill(mode);
        long until = Environment.TickCount64 + (long)TakeUpPatience.TotalMilliseconds;
        while (File.Exists(KillPath))
        {
            if (Environment.TickCount64 > until)
                throw new InvalidOperationException(
                    $"an engine holds the journals in {_folder} and has not taken up the switch within {TakeUpPatience.TotalSeconds:0} s: the file {KillPath} stays for it; "
                    + "end the process if it does not answer, and pause the executor contract");
            await Task.Delay(Pause, cancellation).ConfigureAwait(false);
        }
        return "the running engine has taken it up";
    }

    /// <summary>Lifts the kill switch of every account, at a person's word.</summary>
    /// <exception cref="InvalidOperationException">An engine runs: it is ended first.</exception>
    public string Lift()
    {
        if (IsRunning())
            throw new InvalidOperationException($"an engine holds the journals in {_folder}: end it first, and lift the switch then");
        File.Delete(KillPath);
        return KillLogs(static log => log.ReleaseKill(), "the next engine will trade");
    }

    /// <summary>
    /// The state of the running engine, whose next word is waited for where its last one is old; what the logs say where none runs, or where one
    /// runs and tells nothing.
    /// </summary>
    /// <exception cref="LogRefusedException">A log is damaged.</exception>
    public Task<DeskStatus> StatusAsync(CancellationToken cancellation) => StatusAsync(TellPatience, cancellation);

    internal async Task<DeskStatus> StatusAsync(TimeSpan patience, CancellationToken cancellation)
    {
        long until = Environment.TickCount64 + (long)patience.TotalMilliseconds;
        bool isRunning;
        while (isRunning = IsRunning())
        {
            if (Told() is { } told)
                return told;
            if (Environment.TickCount64 >= until)
                break;
            await Task.Delay(Pause, cancellation).ConfigureAwait(false);
        }
        return new DeskStatus
        {
            IsRunning = isRunning,
            Process = 0,
            UnixSeconds = DateTimeOffset.UtcNow.ToUnixTimeSeconds(),
            Accounts = [.. LogView.Accounts(_logs, _chainId).Select(account => AccountOf(account, LogView.Read(_logs, _chainId, in account).State, isRunning))],
        };
    }

    /// <summary>What an engine has told just now; null where that is too long ago.</summary>
    private DeskStatus? Told()
    {
        string path = Path.Combine(_folder, StatusFile);
        try
        {
            return DateTime.UtcNow - File.GetLastWriteTimeUtc(path) < StatusAge
                ? JsonSerializer.Deserialize(File.ReadAllBytes(path), DeskStatusJson.Default.DeskStatus)
                : null;
        }
        catch (IOException)
        {
            return null; // it is being put in its place, or an engine that begins has taken away the last one's
        }
    }

    /// <summary>What the logs hold of a decision: by its number or an order's (hexadecimal), or by the hash of one of its transactions.</summary>
    /// <returns>One line a record, in words; empty where nothing is known of it.</returns>
    /// <exception cref="LogRefusedException">A log is damaged.</exception>
    public IReadOnlyList<StoryLine> StoryOf(string decision)
    {
        List<StoryLine> story = [];
        foreach (Address account in LogView.Accounts(_logs, _chainId))
        {
            LogReading reading = LogView.Read(_logs, _chainId, in account);
            HashSet<ulong> nonces = [.. reading.Lines.Where(line => IsOf(line, decision)).Select(line => line.Nonce ?? ulong.MaxValue)];
            story.AddRange(reading.Lines
                .Where(line => (line.Nonce is { } nonce && nonces.Contains(nonce)) || IsOf(line, decision))
                .Select(line => new StoryLine(account.ToString(), line.Nonce, line.Hash.IsZero ? "" : line.Hash.ToString(), line.Text)));
        }
        return story;
    }

    private static bool IsOf(LogLine line, string decision)
    {
        string text = decision.StartsWith("0x", StringComparison.OrdinalIgnoreCase) ? decision[2..] : decision;
        return text.Length == 2 * Hash32.Length
            ? line.Hash.ToString().EndsWith(text, StringComparison.OrdinalIgnoreCase)
            : ulong.TryParse(text, System.Globalization.NumberStyles.HexNumber, null, out ulong number) && number != 0 && line.Decision.Number == number;
    }

    private static AccountStatus AccountOf(Address account, SubmitterState state, bool isRunning) => new()
    {
        Account = account.ToString(),
        Mode = state.Kill != KillMode.Off ? "killed" : isRunning ? "silent" : "idle",
        Kill = state.Kill.ToString().ToLowerInvariant(),
        NextNonce = state.NextNonce(0),
        Open = [.. state.Slots.Values.Where(static slot => slot.Outcome == SlotOutcome.None && slot.MayBeOut).Select(static slot => new SlotStatus(
            slot.Nonce, slot.Inclusion is null ? "out" : "included", slot.Attempts[^1].Attempt.Hash.ToString()))],
    };

    private bool IsRunning()
    {
        string path = Path.Combine(_folder, JournalFolder.LockFile);
        if (!File.Exists(path))
            return false;
        try
        {
            // Beside others who ask the same: one who holds it for himself would be taken for an engine.
            using FileStream free = new(path, FileMode.Open, FileAccess.Read, FileShare.Read);
            return false;
        }
        catch (FileNotFoundException)
        {
            return false;
        }
        catch (IOException)
        {
            return true;
        }
    }

    private void WriteKill(KillMode mode)
    {
        string temporary = KillPath + ".tmp";
        using (FileStream file = File.Create(temporary))
        {
            file.Write(System.Text.Encoding.ASCII.GetBytes(mode.ToString().ToLowerInvariant()));
            file.Flush(flushToDisk: true);
        }
        File.Move(temporary, KillPath, overwrite: true);
    }

    private string KillLogs(Func<SubmitterLog, LogVerdict> act, string meaning)
    {
        IReadOnlyList<Address> accounts = LogView.Accounts(_logs, _chainId);
        if (accounts.Count == 0)
            throw new InvalidOperationException($"there is no account's log in {_logs}: nothing has traded from here yet");
        foreach (Address account in accounts)
        {
            using SubmitterLog log = SubmitterLog.Open(new SubmitterLogOptions { Root = _logs, ChainId = _chainId, Sender = account });
            if (act(log) is var verdict && verdict != LogVerdict.Written)
                throw new InvalidOperationException($"the log of {account} does not take it: {verdict}");
            log.Complete();
        }
        return $"{accounts.Count} account(s): {meaning}";
    }
}

/// <summary>A record of a decision's life.</summary>
/// <param name="Account">The sender.</param>
/// <param name="Nonce">Its slot; null where the record is of the whole decision.</param>
/// <param name="Hash">The transaction; empty where it is of none.</param>
/// <param name="Text">What happened.</param>
public sealed record StoryLine(string Account, ulong? Nonce, string Hash, string Text);

/// <summary>What a desk is doing now.</summary>
public sealed record DeskStatus
{
    public required bool IsRunning { get; init; }

    /// <summary>The engine's process; 0 where none runs.</summary>
    public required int Process { get; init; }

    /// <summary>When this was told.</summary>
    public required long UnixSeconds { get; init; }

    /// <summary>By sender; the economic one first.</summary>
    public required IReadOnlyList<AccountStatus> Accounts { get; init; }

    /// <summary>Where the position with debt stands; null where there is none, or no engine runs.</summary>
    public PositionReport? Position { get; init; }
}

/// <summary>One sender.</summary>
public sealed record AccountStatus
{
    public required string Account { get; init; }

    /// <summary><c>run</c>, <c>drain</c>, <c>suspect</c>, <c>halt</c>, <c>killed</c>; <c>idle</c> where no engine runs; <c>silent</c> where one runs and tells nothing.</summary>
    public required string Mode { get; init; }

    /// <summary>How far the kill switch is down: <c>off</c>, <c>soft</c>, <c>hard</c> or <c>cold</c>.</summary>
    public required string Kill { get; init; }

    public required ulong NextNonce { get; init; }

    /// <summary>Slots with something out.</summary>
    public required IReadOnlyList<SlotStatus> Open { get; init; }

    /// <summary>How submitting goes; null where no engine runs.</summary>
    public SubmissionReport? Submission { get; init; }

    /// <summary>Why no order is taken; null where orders are.</summary>
    public string? StopReason { get; init; }
}

/// <param name="Nonce">The slot.</param>
/// <param name="State">Where it stands.</param>
/// <param name="Hash">Its newest transaction.</param>
public sealed record SlotStatus(ulong Nonce, string State, string Hash);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(DeskStatus))]
[JsonSerializable(typeof(IReadOnlyList<StoryLine>))]
public sealed partial class DeskStatusJson : JsonSerializerContext;
