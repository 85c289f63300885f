using System.Globalization;
using FastRebalance.Core.Assets;
using FastRebalance.Execution.WriteAhead;

namespace FastRebalance.StressTests.WriteAhead;

/// <summary>What the victims of one folder have told, and what a log may say to it: nothing told is missing, nothing is there that was not begun.</summary>
internal sealed class LogKnowledge
{
    private enum Told : byte
    {
        Nothing = 0,

        /// <summary>The log may have it.</summary>
        Begun,

        /// <summary>The log has taken it.</summary>
        Done,
    }

    private readonly Dictionary<Hash32, Known> _attempts = [];
    private readonly Dictionary<ulong, Told> _ended = [];

    /// <summary>Attempts whose bytes have left.</summary>
    public int Out => _attempts.Values.Count(k => k.Fired == Told.Done);

    /// <param name="line">A line of the victim's.</param>
    public void Hear(string line)
    {
        string[] words = line.Split(' ');
        ulong nonce = ulong.Parse(words[1], CultureInfo.InvariantCulture);
        int rung = int.Parse(words[2], CultureInfo.InvariantCulture);
        Told told = char.IsUpper(words[0][0]) ? Told.Done : Told.Begun;
        switch (char.ToLowerInvariant(words[0][0]))
        {
            case 'a': Of(nonce, rung).Armed = told; break;
            case 'f': Of(nonce, rung).Fired = Max(Of(nonce, rung).Fired, told); break;
            case 'r': Of(nonce, rung).Retired = Max(Of(nonce, rung).Retired, told); break;
            case 'e': _ended[nonce] = Max(_ended.GetValueOrDefault(nonce), told); break;
            default: break;
        }
    }

    /// <summary>Holds a recovered log to it, and takes over what was only begun as the log has it.</summary>
    public void Check(SubmitterState state, string round)
    {
        foreach (SlotRecord slot in state.Slots.Values)
            foreach (AttemptRecord found in slot.Attempts)
                CheckFound(slot, found, round);
        foreach ((Hash32 hash, Known known) in _attempts)
            if (known.Nonce < state.Floor)
                Assert.True(_ended.GetValueOrDefault(known.Nonce) != Told.Nothing, $"{round}: nonce {known.Nonce} was never ended and is forgotten");
            else if (state.Slots.GetValueOrDefault(known.Nonce) is var slot && slot?.Find(hash) is null)
                CheckMissing(known, slot is { Outcome: not SlotOutcome.None }, round);
        foreach ((ulong nonce, Told told) in _ended)
            if (nonce >= state.Floor && told == Told.Done)
                Assert.True(state.Slots[nonce].Outcome != SlotOutcome.None, $"{round}: the end of nonce {nonce} is missing");
        foreach (ulong nonce in _ended.Where(e => e.Value == Told.Begun).Select(e => e.Key).ToArray())
            _ended[nonce] = nonce < state.Floor || state.Slots[nonce].Outcome != SlotOutcome.None ? Told.Done : Told.Nothing;
    }

    private void CheckFound(SlotRecord slot, AttemptRecord found, string round)
    {
        Assert.True(_attempts.TryGetValue(found.Attempt.Hash, out Known? known), $"{round}: {found.Attempt.Hash} was never armed");
        ArmedAttempt wanted = LogVictim.Attempt(known.Nonce, known.Rung);
        Assert.Equal(wanted with { Raw = default }, found.Attempt with { Raw = default });
        Assert.True(wanted.Raw.Span.SequenceEqual(found.Attempt.Raw.Span), $"{round}: {wanted.Hash} has other bytes");
        Assert.True(known.Retired != Told.Done, $"{round}: {wanted.Hash} was retired and is there");
        bool isOut = found.Released == ReleaseEvidence.Certain;
        Assert.True(isOut || known.Fired != Told.Done, $"{round}: {wanted.Hash} has left, and the log does not know it");
        Assert.True(!isOut || known.Fired != Told.Nothing, $"{round}: {wanted.Hash} has not left, and the log says so");
        Assert.True(slot.Outcome == SlotOutcome.None || _ended.GetValueOrDefault(slot.Nonce) != Told.Nothing, $"{round}: nonce {slot.Nonce} was never ended");
        known.Armed = Told.Done;
        known.Fired = isOut ? Told.Done : Told.Nothing;
        known.Retired = Told.Nothing;
    }

    // A snapshot keeps of a final nonce what left.
    private static void CheckMissing(Known known, bool isFinal, string round)
    {
        string which = $"{round}: rung {known.Rung} at nonce {known.Nonce}";
        Assert.True(known.Fired != Told.Done, $"{which} has left and is not there");
        Assert.True(known.Armed != Told.Done || known.Retired != Told.Nothing || isFinal, $"{which} was armed and is not there");
        known.Retired = Told.Done;
    }

    private Known Of(ulong nonce, int rung)
    {
        Hash32 hash = LogVictim.Attempt(nonce, rung).Hash;
        if (!_attempts.TryGetValue(hash, out Known? known))
            _attempts.Add(hash, known = new Known(nonce, rung));
        return known;
    }

    private static Told Max(Told one, Told other) => one > other ? one : other;

    private sealed class Known(ulong nonce, int rung)
    {
        public ulong Nonce { get; } = nonce;

        public int Rung { get; } = rung;

        public Told Armed { get; set; }

        public Told Fired { get; set; }

        public Told Retired { get; set; }
    }
}
