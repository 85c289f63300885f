using System.Globalization;
using FastRebalance.Core.Assets;
using FastRebalance.Execution.Submission;

namespace FastRebalance.Execution.WriteAhead;

/// <summary>One record, in words.</summary>
/// <param name="Nonce">The slot that it is about; null where it is about the whole account.</param>
/// <param name="Decision">What was armed for, where the record says it; none otherwise.</param>
/// <param name="Hash">The attempt that it is about; zero where it is about none.</param>
/// <param name="Text">What it tells.</param>
public sealed record LogLine(ulong? Nonce, DecisionId Decision, Hash32 Hash, string Text);

/// <param name="State">What the log knows.</param>
/// <param name="Lines">Every record since the last snapshot: the account's own in their order, shots behind what armed them.</param>
public sealed record LogReading(SubmitterState State, IReadOnlyList<LogLine> Lines);

/// <summary>Reads an account's log without taking it: also while an engine writes it, whose newest record may be missing.</summary>
public static class LogView
{
    /// <summary>Accounts of which there is a log.</summary>
    /// <param name="root">The folder that holds one folder for each chain and account.</param>
    /// <param name="chainId">Of this chain only.</param>
    public static IReadOnlyList<Address> Accounts(string root, ulong chainId)
    {
        List<Address> accounts = [];
        if (!Directory.Exists(root))
            return accounts;
        string prefix = string.Create(CultureInfo.InvariantCulture, $"{chainId}-");
        foreach (string path in Directory.EnumerateDirectories(root, prefix + "*").Order(StringComparer.Ordinal))
            if (Address.TryParse(Path.GetFileName(path).AsSpan(prefix.Length), out Address account))
                accounts.Add(account);
        return accounts;
    }

    /// <exception cref="LogRefusedException">It is damaged, or not to be read by this user.</exception>
    /// <exception cref="IOException">The disk refuses.</exception>
    public static LogReading Read(string root, ulong chainId, in Address sender)
    {
        using LogFolder folder = LogFolder.Open(root, chainId, in sender);
        SubmitterState state = new();
        List<LogLine> lines = [];
        int fireNumber = 1;
        ulong fireSequence = 1;
        new LogReplay(folder, LogStreamKind.Account, ulong.MaxValue).Read(0, 0, mayBeMissing: true, (kind, payload) =>
        {
            if (kind != LogRecordKind.Snapshot)
                return Take(state, kind, payload, lines);
            PayloadReader reader = new(payload);
            (fireNumber, fireSequence) = ((int)reader.UInt32(), reader.UInt64());
            state = SubmitterState.ReadFrom(ref reader) ?? state;
            return null;
        });
        List<LogLine> shots = [];
        new LogReplay(folder, LogStreamKind.Fires, ulong.MaxValue).Read(fireNumber, fireSequence, mayBeMissing: true, (kind, payload) =>
        {
            Take(state, kind, payload, shots); // a shot of a rung that was armed since the account's stream was read is told of next time
            return null;
        });
        foreach (LogLine shot in shots)
            lines.Insert(1 + lines.FindLastIndex(line => line.Hash == shot.Hash && line.Text.StartsWith("armed", StringComparison.Ordinal)), shot);
        return new LogReading(state, lines);
    }

    private static string? Take(SubmitterState state, LogRecordKind kind, ReadOnlySpan<byte> payload, List<LogLine> lines)
    {
        if (state.Take(kind, payload, commit: true) is { } flaw)
            return flaw;
        lines.Add(LineOf(kind, payload));
        return null;
    }

    private static LogLine LineOf(LogRecordKind kind, ReadOnlySpan<byte> payload)
    {
        PayloadReader reader = new(payload);
        switch (kind)
        {
            case LogRecordKind.Arm:
                ArmedAttempt armed = reader.Attempt();
                return new LogLine(armed.Nonce, armed.Decision, armed.Hash,
                    $"armed: {armed.Kind}, at most {armed.Fees.MaxFeePerGasWei} wei a gas and {armed.Fees.TipWei} of it as tip, {armed.GasLimit} gas, until block {Bound(armed.MaxBlock)}");
            case LogRecordKind.Retire:
                return Of(ref reader, "taken back: it never left");
            case LogRecordKind.Fire:
                return Of(ref reader, "fired by the trigger");
            case LogRecordKind.Release:
                return Of(ref reader, "let go");
            case LogRecordKind.Acknowledged:
                return Of(ref reader, "a channel says that it has it");
            case LogRecordKind.Echoed:
                return Of(ref reader, "seen in a pool");
            case LogRecordKind.Included:
                ulong nonce = reader.UInt64();
                Hash32 hash = reader.Hash();
                reader.Hash();
                ulong height = reader.UInt64();
                return new LogLine(nonce, default, hash, $"included in block {height}{(reader.Byte() != 0 ? "" : ", where it reverted")}");
            case LogRecordKind.Unincluded:
                return new LogLine(reader.UInt64(), default, default, "its block left the chain");
            case LogRecordKind.Final:
                return new LogLine(reader.UInt64(), default, default, $"final: {(SlotOutcome)reader.Byte()}");
            case LogRecordKind.Unsent:
                return new LogLine(reader.UInt64(), default, default, "no byte of it ever reached anybody");
            case LogRecordKind.Bind:
                DecisionId bound = reader.Decision();
                return new LogLine(reader.UInt64(), bound, default, "an order has taken it");
            case LogRecordKind.Void:
                DecisionId ended = reader.Decision();
                return new LogLine(null, ended, default, $"ended: {(DecisionEnd)reader.Byte()}");
            case LogRecordKind.Kill:
                reader.UInt64();
                return new LogLine(null, default, default, $"the kill switch: {(KillMode)reader.Byte()}");
            default:
                return new LogLine(null, default, default, kind.ToString());
        }
    }

    private static LogLine Of(ref PayloadReader reader, string text) => new(reader.UInt64(), default, reader.Hash(), text);

    private static string Bound(ulong block) => block == ulong.MaxValue ? "whichever" : block.ToString(CultureInfo.InvariantCulture);
}
