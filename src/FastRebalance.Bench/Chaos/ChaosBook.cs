using System.Globalization;
using FastRebalance.Core.Assets;
using FastRebalance.Execution.Confirmation;
using FastRebalance.Execution.Submission;
using FastRebalance.Execution.WriteAhead;

namespace FastRebalance.Bench.Chaos;

/// <summary>
/// Everything that the victims of one desk have told, and what log and chain may say to it. Pure: lines and a look at the chain go in,
/// findings come out.
/// </summary>
internal sealed class ChaosBook
{
    private readonly Dictionary<Hash32, Known> _attempts = [];
    private readonly SortedDictionary<ulong, List<Known>> _nonces = [];
    private readonly Dictionary<ulong, SlotOutcome> _ended = [];
    private readonly HashSet<ulong> _endsBegun = [];
    private readonly HashSet<ulong> _offered = [];
    private readonly Dictionary<Hash32, int> _recovered = [];
    private readonly Dictionary<ulong, SlotOutcome> _recoveredEnds = [];
    private readonly List<ChaosFinding> _findings = [];
    private readonly List<string> _story = [];
    private KillMode _kill = KillMode.Off;
    private KillMode _killBegun = KillMode.Off;
    private ulong _epoch;

    /// <summary>Names the incarnation in findings.</summary>
    public string Round
    {
        get;
        set
        {
            field = value;
            _story.Add($"-- {value}");
        }
    } = "";

    /// <summary>All that was told, for whoever looks into a finding.</summary>
    public IReadOnlyList<string> Story => _story;

    public IReadOnlyList<ChaosFinding> Findings => _findings;

    /// <summary>Orders that were handed over.</summary>
    public int Offered => _offered.Count;

    /// <summary>Attempts that were let go.</summary>
    public int Released => _attempts.Values.Count(static known => known.Released == Told.Done);

    /// <summary>Fills that stand on the chain, by the last look.</summary>
    public int Filled { get; private set; }

    /// <summary>Nonces that ended without a fill, by the last look.</summary>
    public int Unfilled { get; private set; }

    /// <summary>Orders handed over whose decision is on no nonce that has ended: a desk may offer them again.</summary>
    public IEnumerable<ulong> OpenOrders(int most)
    {
        HashSet<ulong> ended = [.. _ended.Keys.SelectMany(nonce => _nonces.GetValueOrDefault(nonce, [])).Select(static known => known.Decision.Number)];
        return _offered.Where(order => !ended.Contains(order)).OrderDescending().Take(most);
    }

    public void Add(ChaosFault fault, string words) => _findings.Add(new ChaosFinding(fault, $"{Round}: {words}"));

    /// <param name="line">A line of the victim's, whole.</param>
    public void Hear(string line)
    {
        _story.Add(line);
        string[] words = line.Split(' ');
        switch (words[0])
        {
            case "t": _offered.Add(Number(words[1])); break;
            case "a" or "A": HearArmed(words); break;
            case "r": Of(words).Released = Max(Of(words).Released, Told.Begun); break;
            case "R": HearReleased(Of(words)); break;
            case "K" or "I": Of(words).Released = Told.Done; break;
            case "d": Of(words).Retired = Max(Of(words).Retired, Told.Begun); break;
            case "D": Of(words).Retired = Told.Done; break;
            case "n" or "N": HearUnsent(Number(words[1]), words[0] == "N"); break;
            case "f": _endsBegun.Add(Number(words[1])); break;
            case "F": _ended[Number(words[1])] = (SlotOutcome)Number(words[2]); break;
            case "x": _killBegun = (KillMode)Number(words[1]); break;
            case "X": _kill = _killBegun = (KillMode)Number(words[1]); break;
            case "l": _kill = KillMode.Off; break;
            case "L": _killBegun = KillMode.Off; break;
            case "S": _recoveredEnds[Number(words[1])] = (SlotOutcome)Number(words[2]); break;
            case "H": _recovered[Hash32.Parse(words[2])] = (int)Number(words[3]); break;
            case "O": HoldToLog(floor: Number(words[1]), (KillMode)Number(words[2]), epoch: Number(words[3])); break;
            default: break;
        }
    }

    /// <summary>Holds a chain to it on which nothing of the account is under way any more.</summary>
    public void Check(ChaosSight sight)
    {
        foreach (ChaosFill[] fills in sight.Fills.GroupBy(static fill => fill.Decision).Select(static group => group.ToArray()))
            if (fills.Length > 1)
                Add(ChaosFault.DoubleFill, $"decision {fills[0].Decision} ran {fills.Length} times, in {string.Join(" and ", fills.Select(static fill => fill.Transaction))}");
        foreach (DecisionId[] names in sight.Fills.GroupBy(static fill => fill.Decision.Number).Select(static group => group.Select(static fill => fill.Decision).Distinct().ToArray()))
            if (names.Length > 1)
                Add(ChaosFault.DoubleFill, $"order {names[0].Number} ran as {string.Join(" and as ", names)}");
        HashSet<DecisionId> filled = [.. sight.Fills.Select(static fill => fill.Decision)];
        foreach ((ulong nonce, Hash32 hash) in sight.Mined)
            CheckMined(nonce, hash, sight, filled);
        foreach ((ulong nonce, List<Known> attempts) in _nonces)
            if (attempts.Exists(static known => known.Released == Told.Done && known.Unsent != Told.Done) && nonce >= sight.Nonce)
                Add(ChaosFault.LostIntent, $"nonce {nonce} was let go for {attempts[0].Decision}, and the chain's next is {sight.Nonce}: it is forgotten");
        if (sight.PendingNonce != sight.Nonce)
            Add(ChaosFault.LostIntent, $"nonces {sight.Nonce} to {sight.PendingNonce - 1} wait in the pool, and nobody follows them");
        Filled = filled.Count;
        Unfilled = sight.Mined.Count - sight.Mined.Count(mined => _attempts.TryGetValue(mined.Hash, out Known? known) && filled.Contains(known.Decision));
    }

    private void CheckMined(ulong nonce, Hash32 hash, ChaosSight sight, HashSet<DecisionId> filled)
    {
        if (!_attempts.TryGetValue(hash, out Known? known))
            Add(ChaosFault.Foreign, $"{hash} at nonce {nonce} was never armed");
        else if (known.Released == Told.Nothing)
            Add(ChaosFault.LostIntent, $"{hash} at nonce {nonce} was never let go, and is mined");
        else if (known.Retired == Told.Done || known.Unsent == Told.Done)
            Add(ChaosFault.LostIntent, $"{hash} at nonce {nonce} was given up as never sent, and is mined");
        else if (known.Kind == AttemptKind.Fill && sight.Succeeded.Contains(hash) && !filled.Contains(known.Decision))
            Add(ChaosFault.LostIntent, $"{hash} succeeded and did not fill {known.Decision}");
        if (known is not null && _ended.TryGetValue(nonce, out SlotOutcome outcome) && outcome != OutcomeOf(known, sight.Succeeded.Contains(hash)))
            Add(ChaosFault.LostIntent, $"nonce {nonce} ended as {outcome} in the log, and as {OutcomeOf(known, sight.Succeeded.Contains(hash))} on the chain");
        if (!_ended.ContainsKey(nonce))
            Add(ChaosFault.LostIntent, $"nonce {nonce} is mined, and the log never ended it");
    }

    private static SlotOutcome OutcomeOf(Known known, bool succeeded) =>
        known.Kind == AttemptKind.Cancel ? SlotOutcome.Cancelled : succeeded ? SlotOutcome.Filled : SlotOutcome.Reverted;

    // ---- what the log is held to -----------------------------------------------------------------------------------------------

    private void HoldToLog(ulong floor, KillMode kill, ulong epoch)
    {
        foreach ((Hash32 hash, int released) in _recovered)
            CheckFound(hash, released);
        foreach ((Hash32 hash, Known known) in _attempts)
            if (!_recovered.ContainsKey(hash))
                CheckMissing(known, floor);
        foreach ((ulong nonce, SlotOutcome outcome) in _ended)
            if (nonce >= floor && _recoveredEnds.GetValueOrDefault(nonce) != outcome)
                Add(ChaosFault.LostIntent, $"the end of nonce {nonce} as {outcome} is not in the log");
        foreach ((ulong nonce, SlotOutcome outcome) in _recoveredEnds)
            if (outcome != SlotOutcome.None && !_ended.ContainsKey(nonce))
                TakeEnd(nonce, outcome);
        if (kill < _kill)
            Add(ChaosFault.LostIntent, $"the kill switch was down as {_kill}, and the log has it as {kill}");
        if (epoch <= _epoch)
            Add(ChaosFault.LostIntent, $"epoch {epoch} follows epoch {_epoch}");
        (_kill, _killBegun, _epoch) = (kill, kill, epoch);
        _recovered.Clear();
        _recoveredEnds.Clear();
    }

    private void TakeEnd(ulong nonce, SlotOutcome outcome)
    {
        if (!_endsBegun.Contains(nonce))
            Add(ChaosFault.LostIntent, $"nonce {nonce} is {outcome} in the log, and nobody ended it");
        _ended[nonce] = outcome;
    }

    private void CheckFound(Hash32 hash, int released)
    {
        if (!_attempts.TryGetValue(hash, out Known? known))
        {
            Add(ChaosFault.Foreign, $"{hash} is in the log and was never armed");
            return;
        }
        bool isOut = released == (int)ReleaseEvidence.Certain;
        if (known.Retired == Told.Done || known.Unsent == Told.Done)
            Add(ChaosFault.LostIntent, $"{hash} was given up, and the log has it again");
        if (known.Released == Told.Done && !isOut)
            Add(ChaosFault.LostIntent, $"{hash} at nonce {known.Nonce} was let go, and the log does not know it");
        if (known.Released == Told.Nothing && isOut)
            Add(ChaosFault.LostIntent, $"{hash} at nonce {known.Nonce} was never let go, and the log says so");
        known.Armed = Told.Done;
        known.Released = isOut ? Told.Done : Told.Nothing;
        known.Retired = known.Unsent = Told.Nothing;
    }

    private void CheckMissing(Known known, ulong floor)
    {
        if (known.Nonce < floor)
        {
            if (!_ended.ContainsKey(known.Nonce) && !_endsBegun.Contains(known.Nonce) && known.IsWanted)
                Add(ChaosFault.LostIntent, $"nonce {known.Nonce} was never ended, and the log has forgotten it");
            return;
        }
        // A snapshot keeps of a final nonce what left, and every cancel.
        bool isForgotten = known.Kind == AttemptKind.Fill && _recoveredEnds.GetValueOrDefault(known.Nonce) != SlotOutcome.None;
        if (known is { Armed: Told.Done, Retired: Told.Nothing, Unsent: Told.Nothing } && !isForgotten)
            Add(ChaosFault.LostIntent, $"{known.Hash} was armed at nonce {known.Nonce}, and is not in the log");
        if (known is { Released: Told.Done, Unsent: Told.Nothing })
            Add(ChaosFault.LostIntent, $"{known.Hash} was let go at nonce {known.Nonce}, and is not in the log");
        if (known.Unsent == Told.Begun)
            known.Unsent = Told.Done;
        else if (known.Armed != Told.Nothing || known.Released == Told.Nothing)
            known.Retired = Told.Done;
    }

    // ---- what is heard ---------------------------------------------------------------------------------------------------------

    private void HearArmed(string[] words)
    {
        Hash32 hash = Hash32.Parse(words[2]);
        if (!_attempts.TryGetValue(hash, out Known? known))
        {
            known = new Known(hash, Number(words[1]), (AttemptKind)Number(words[3]), new DecisionId(Number(words[4]), Number(words[5])));
            _attempts.Add(hash, known);
            if (!_nonces.TryGetValue(known.Nonce, out List<Known>? there))
                _nonces.Add(known.Nonce, there = []);
            there.Add(known);
        }
        known.Armed = words[0] == "A" ? Told.Done : Max(known.Armed, Told.Begun);
        known.Retired = known.Unsent = Told.Nothing;
    }

    private void HearReleased(Known known)
    {
        known.Released = Told.Done;
        if (known.Armed != Told.Done)
            Add(ChaosFault.LostIntent, $"{known.Hash} was let go at nonce {known.Nonce} before it was armed");
        if (known.Retired == Told.Done || known.Unsent == Told.Done)
            Add(ChaosFault.LostIntent, $"{known.Hash} was let go at nonce {known.Nonce} after it was given up");
        if (_kill >= KillMode.Hard && known.Kind == AttemptKind.Fill)
            Add(ChaosFault.LostIntent, $"{known.Hash} fills, and was let go while the kill switch was down as {_kill}");
        if (known.Kind != AttemptKind.Fill)
            return;
        foreach (Known other in _nonces[known.Nonce])
            if (other.IsOut && other.Kind == AttemptKind.Fill && other.Decision != known.Decision)
                Add(ChaosFault.DoubleFill, $"nonce {known.Nonce} was let go for {other.Decision} and for {known.Decision}");
        foreach (Known other in _attempts.Values)
            if (other.IsOut && other.Kind == AttemptKind.Fill && other.Nonce != known.Nonce && other.Decision.Number == known.Decision.Number
                && _ended.GetValueOrDefault(other.Nonce) is SlotOutcome.None or SlotOutcome.Filled)
                Add(ChaosFault.DoubleFill, $"order {known.Decision.Number} was let go at nonce {other.Nonce} and at nonce {known.Nonce}");
    }

    private void HearUnsent(ulong nonce, bool isDone)
    {
        foreach (Known known in _nonces.GetValueOrDefault(nonce, []))
            if (known.Retired != Told.Done)
                known.Unsent = isDone ? Told.Done : Max(known.Unsent, Told.Begun);
    }

    private Known Of(string[] words) => _attempts.TryGetValue(Hash32.Parse(words[2]), out Known? known)
        ? known
        : throw new InvalidDataException($"{Round}: '{string.Join(' ', words)}' speaks of an attempt that nobody armed");

    private static ulong Number(string word) => ulong.Parse(word, CultureInfo.InvariantCulture);

    private static Told Max(Told one, Told other) => one > other ? one : other;

    private enum Told : byte
    {
        Nothing = 0,

        /// <summary>The log may have it.</summary>
        Begun,

        /// <summary>The log has taken it.</summary>
        Done,
    }

    private sealed class Known(Hash32 hash, ulong nonce, AttemptKind kind, DecisionId decision)
    {
        public Hash32 Hash { get; } = hash;

        public ulong Nonce { get; } = nonce;

        public AttemptKind Kind { get; } = kind;

        public DecisionId Decision { get; } = decision;

        public Told Armed { get; set; }

        public Told Released { get; set; }

        public Told Retired { get; set; }

        public Told Unsent { get; set; }

        public bool IsOut => Released == Told.Done && Unsent != Told.Done;

        public bool IsWanted => Armed == Told.Done && Retired == Told.Nothing && Unsent == Told.Nothing;
    }
}
