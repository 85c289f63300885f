using System.Collections.Concurrent;
using System.Text.Json;

namespace FastRebalance.Execution.Presigning;

/// <summary>
/// Matches answers to shots by channel and number. One that fits no shot, comes twice, or has a number that is none, is counted and thrown away,
/// never given to another slot. Readers offer on their threads; the account thread expects and takes.
/// </summary>
public sealed class FireAnswers : IFireAnswerSink
{
    private const int MostWaiting = 1024;

    private readonly ConcurrentQueue<FireAnswer> _waiting = new();
    private readonly Dictionary<(int Channel, ulong Id), FireOutcome> _expected = [];
    private long _unreadable;
    private long _dropped;
    private long _lost;

    /// <summary>Told, on the reader's thread, that there is something to take. It must not throw.</summary>
    public Action? OnWaiting { get; init; }

    /// <summary>Answers without a number, or not JSON.</summary>
    public long Unreadable => Volatile.Read(ref _unreadable);

    /// <summary>Answers that nobody waited for: of other requests, or come twice.</summary>
    public long Unmatched { get; private set; }

    /// <summary>Answers thrown away because the account thread did not come.</summary>
    public long Dropped => Volatile.Read(ref _dropped);

    /// <summary>Connections lost.</summary>
    public long Lost => Volatile.Read(ref _lost);

    /// <summary>Account thread: a shot's answers are welcome from the channels that took it.</summary>
    public void Expect(in FireOutcome outcome)
    {
        for (int channel = 0; channel < FirePath.MostChannels; channel++)
            if ((outcome.ChannelsWritten & (1UL << channel)) != 0)
                _expected[(channel, RequestId.Of(outcome.Nonce, outcome.Rung))] = outcome;
    }

    /// <summary>Account thread: the slot is done with.</summary>
    public void Forget(ulong nonce)
    {
        foreach ((int Channel, ulong Id) key in _expected.Keys.Where(key => RequestId.IsOf(key.Id, nonce)).ToArray())
            _expected.Remove(key);
    }

    /// <summary>Account thread: the next answer to a shot that is expected.</summary>
    public bool TryTake(out FireAnswer answer, out FireOutcome outcome)
    {
        while (_waiting.TryDequeue(out answer))
        {
            if (_expected.Remove((answer.Channel, answer.RequestId), out outcome))
                return true;
            Unmatched++;
        }
        outcome = default;
        return false;
    }

    public void OnAnswer(int channel, ReadOnlySpan<byte> answer)
    {
        if (!TryReadId(answer, out ulong id))
        {
            Interlocked.Increment(ref _unreadable);
            return;
        }
        if (_waiting.Count >= MostWaiting)
        {
            Interlocked.Increment(ref _dropped);
            return;
        }
        _waiting.Enqueue(new FireAnswer(channel, id, answer.ToArray()));
        OnWaiting?.Invoke();
    }

    public void OnLost(int channel) => Interlocked.Increment(ref _lost);

    // The number must stand at the top of the object, as a number, once.
    private static bool TryReadId(ReadOnlySpan<byte> answer, out ulong id)
    {
        id = 0;
        bool isFound = false;
        try
        {
            Utf8JsonReader reader = new(answer);
            while (reader.Read())
            {
                if (reader.TokenType != JsonTokenType.PropertyName || reader.CurrentDepth != 1 || !reader.ValueTextEquals("id"u8))
                    continue;
                if (isFound || !reader.Read() || reader.TokenType != JsonTokenType.Number || !reader.TryGetUInt64(out id))
                    return false;
                isFound = true;
            }
        }
        catch (JsonException)
        {
            return false;
        }
        return isFound;
    }
}
