using FastRebalance.Core.Assets;
using FastRebalance.Core.Measures;
using FastRebalance.Ethereum.Signers;
using FastRebalance.Ethereum.Transactions;
using FastRebalance.Execution.Confirmation;
using FastRebalance.Execution.Transactions;
using FastRebalance.Execution.WriteAhead;

namespace FastRebalance.Execution.Presigning;

public sealed partial class Armory
{
    /// <summary>One arming, from the plan to the table.</summary>
    private sealed class ArmRun(Armory armory, LadderPlan plan, FeeLevels levels)
    {
        private readonly long _startNs = MonotonicClock.NowNs;
        private readonly List<ArmingSlot> _arming = [];
        private long _firstUsableNs;
        private int _rungs;
        private int _cancels;

        public async ValueTask<ArmOutcome> RunAsync(CancellationToken cancellation)
        {
            if (Prepare() is var encoded and not EncodeStatus.Encoded)
                return End(ArmVerdict.NotEncoded, encoding: encoded, detail: $"a call cannot be written for {armory._encoder.Target}: {encoded}");
            if (await ArmReplacementsAsync(cancellation).ConfigureAwait(false) is { } failed)
                return failed;
            foreach (ArmingSlot slot in _arming)
                if (!slot.IsWhole && await ArmNewAsync(slot, cancellation).ConfigureAwait(false) is { } failedNew)
                    return failedNew;
            bool isReplaced = Replace(out LogVerdict retired);
            armory._metrics.OnRearmed(MonotonicClock.NowNs - _startNs);
            if (retired is not (LogVerdict.None or LogVerdict.Written))
                return End(ArmVerdict.NotLogged, retired, detail: $"the log did not take a retirement: {retired}");
            if (await ReserveAsync(cancellation).ConfigureAwait(false) is { } unreserved)
                return unreserved;
            return isReplaced ? End(ArmVerdict.Armed, LogVerdict.Written) : End(ArmVerdict.Overtaken, LogVerdict.Written, detail: "a slot was fired while its new rungs were signed");
        }

        /// <summary>What was signed and never laid is taken back.</summary>
        public void CleanUp()
        {
            foreach (ArmingSlot slot in _arming)
                if (!slot.IsLaid && slot.Ladder.Gate.TryWithdraw())
                {
                    armory.Retire(slot.Ladder, [.. slot.Ladder.Armed().Select(rung => slot.Ladder[rung].Hash)]);
                    armory.Recycle([slot.Ladder]);
                }
        }

        private EncodeStatus Prepare()
        {
            foreach (SlotPlan slot in plan.Slots)
            {
                if (armory._slots.Exists(old => old.Nonce == slot.Nonce && old.Gate.State == SlotGateState.Fired))
                    continue;
                int number = (int)(slot.Nonce - plan.Slots[0].Nonce);
                RungKey[] rungs = [.. plan.Rungs.Where(rung => rung.Slot == number).Take(RequestId.MostRungs)];
                if (CallSheet.Write(plan, slot, armory._encoder, out EncodeStatus status) is not { } calls)
                    return status;
                _arming.Add(new ArmingSlot(NewLadder(slot, rungs, calls), rungs, calls));
            }
            return EncodeStatus.Encoded;
        }

        private SlotLadder NewLadder(SlotPlan slot, RungKey[] rungs, CallSheet calls)
        {
            int longest = 0;
            foreach (RungKey rung in rungs)
            {
                TransactionFields fields = FieldsOf(slot, rung, calls);
                longest = Math.Max(longest, TransactionEncoder.MaxLength(in fields));
            }
            int each = longest + armory._framings.Sum(framing => framing.MaxLength(longest));
            LadderPage page = armory._pages.Rent(rungs.Length * each);
            return new SlotLadder(plan, slot, page, rungs.Length, armory._framings.Length) { FeeLevels = levels };
        }

        private TransactionFields FieldsOf(SlotPlan slot, RungKey rung, CallSheet calls)
        {
            ForeseenOrder route = plan.RouteArray[rung.Route];
            return new TransactionFields
            {
                Kind = TransactionKind.DynamicFee,
                ChainId = armory._signer.Account.ChainId,
                Nonce = slot.Nonce,
                MaxFeePerGasWei = plan.Fees[rung.Fee].MaxFeePerGasWei,
                MaxPriorityFeePerGasWei = plan.Fees[rung.Fee].TipWei,
                GasLimit = route.GasLimit,
                To = armory._encoder.Target,
                Data = calls.CallOf(rung),
                AccessList = armory._signer.Account.SignsAccessLists ? route.AccessList : default,
            };
        }

        /// <summary>
        /// Slots whose old rungs stay in use until the new ones are whole: nobody waits for the first of them, so they share groups, and each group
        /// costs one sync.
        /// </summary>
        /// <returns>How the whole arming ends; null where the rungs are there.</returns>
        private async ValueTask<ArmOutcome?> ArmReplacementsAsync(CancellationToken cancellation)
        {
            List<SignedGroup> groups = [];
            int waiting = 0;
            foreach (ArmingSlot slot in _arming.Where(slot => armory._slots.Exists(old => old.Nonce == slot.Ladder.Nonce)))
            {
                while (slot.Signed < slot.Rungs.Length)
                {
                    int count = Math.Min(armory._options.LargestGroup - waiting, slot.Rungs.Length - slot.Signed);
                    (SignedGroup? group, ArmOutcome? failed) = await SignAsync(slot, count, cancellation).ConfigureAwait(false);
                    if (group is null)
                        return failed;
                    groups.Add(group);
                    waiting += count;
                    if (waiting < armory._options.LargestGroup)
                        continue;
                    if (Commit(groups) is { } unlogged)
                        return unlogged;
                    waiting = 0;
                }
                slot.IsWhole = true;
            }
            if (Commit(groups) is { } lastUnlogged)
                return lastUnlogged;
            foreach (ArmingSlot slot in _arming.Where(static slot => slot.IsWhole))
                slot.Ladder.IsWhole = true;
            return null;
        }

        /// <summary>A slot that has nothing yet: small groups first, for the likeliest to be usable early.</summary>
        /// <returns>How the whole arming ends; null where the rungs are there.</returns>
        private async ValueTask<ArmOutcome?> ArmNewAsync(ArmingSlot slot, CancellationToken cancellation)
        {
            for (int group = armory._options.FirstGroup; slot.Done < slot.Rungs.Length; group = Math.Min(2 * group, armory._options.LargestGroup))
            {
                (SignedGroup? signed, ArmOutcome? failed) =
                    await SignAsync(slot, Math.Min(group, slot.Rungs.Length - slot.Done), cancellation).ConfigureAwait(false);
                if (signed is null)
                    return failed;
                if (Commit([signed]) is { } unlogged)
                    return unlogged;
                if (!slot.IsLaid && !TryLayNew(slot))
                    return End(ArmVerdict.Overtaken, detail: $"nonce {slot.Ladder.Nonce} was used while its rungs were signed");
            }
            slot.IsWhole = slot.Ladder.IsWhole = true;
            _rungs += slot.Ladder.Count;
            return null;
        }

        private async ValueTask<(SignedGroup? Group, ArmOutcome? Failed)> SignAsync(ArmingSlot slot, int count, CancellationToken cancellation)
        {
            TransactionFields[] fields = new TransactionFields[count];
            SignedBytes[] signed = new SignedBytes[count];
            for (int i = 0; i < count; i++)
                fields[i] = FieldsOf(slot.Ladder.Slot, slot.Rungs[slot.Signed + i], slot.Calls);
            Memory<byte> free = slot.Ladder.Page.Bytes.AsMemory(slot.Used);
            SigningOutcome outcome = await armory._signer.SignAsync(fields, free, signed, cancellation).ConfigureAwait(false);
            if (!outcome.IsSigned)
                return (null, End(outcome.IsWrongSignature ? ArmVerdict.WrongSignature : ArmVerdict.Unsigned, detail: outcome.ToString()));
            armory._metrics.OnSigned(count);
            if (slot.Ladder.Nonce < armory._next || (slot.IsLaid && !armory._slots.Contains(slot.Ladder)))
                return (null, End(ArmVerdict.Overtaken, detail: $"nonce {slot.Ladder.Nonce} was used or invalidated while its rungs were signed"));
            int start = slot.Used;
            slot.Used += signed[^1].Start + signed[^1].Length;
            slot.Signed += count;
            return (new SignedGroup(slot, fields, signed, start), null);
        }

        /// <summary>Durable together, then framed and published; the list is empty afterwards.</summary>
        /// <returns>How the whole arming ends; null where they are.</returns>
        private ArmOutcome? Commit(List<SignedGroup> groups)
        {
            if (groups.Count == 0)
                return null;
            LogVerdict verdict = armory._log.Arm([.. groups.SelectMany(AttemptsOf)]);
            if (verdict != LogVerdict.Written)
                return End(ArmVerdict.NotLogged, verdict, detail: $"the log did not take the rungs: {verdict}");
            long armedNs = MonotonicClock.NowNs;
            foreach (SignedGroup group in groups)
                Publish(group, armedNs);
            groups.Clear();
            return null;
        }

        private static ArmedAttempt[] AttemptsOf(SignedGroup group)
        {
            (ArmingSlot slot, TransactionFields[] fields, SignedBytes[] signed, int start) = group;
            ArmedAttempt[] attempts = new ArmedAttempt[signed.Length];
            for (int i = 0; i < attempts.Length; i++)
            {
                RungKey key = slot.Rungs[slot.Done + i];
                ForeseenOrder route = slot.Ladder.Plan.RouteArray[key.Route];
                attempts[i] = new ArmedAttempt
                {
                    Nonce = slot.Ladder.Nonce,
                    Kind = AttemptKind.Fill,
                    Decision = slot.Ladder.Decision,
                    Fees = slot.Ladder.Plan.Fees[key.Fee],
                    GasLimit = fields[i].GasLimit,
                    MaxBlock = route.MaxBlock,
                    MaxUnixSeconds = route.DeadlineUnixSeconds,
                    Hash = signed[i].Hash,
                    Raw = slot.Ladder.Page.Bytes.AsMemory(start + signed[i].Start, signed[i].Length),
                };
            }
            return attempts;
        }

        private void Publish(SignedGroup group, long armedNs)
        {
            (ArmingSlot slot, TransactionFields[] fields, SignedBytes[] signed, int start) = group;
            SlotLadder ladder = slot.Ladder;
            for (int i = 0; i < signed.Length; i++)
            {
                int rung = slot.Done++;
                RungKey key = slot.Rungs[rung];
                ladder.Place(rung, new Rung(
                    key, signed[i].Hash, start + signed[i].Start, signed[i].Length, ladder.Plan.Fees[key.Fee], fields[i].GasLimit, armedNs));
                for (int channel = 0; channel < armory._framings.Length; channel++)
                {
                    int length = armory._framings[channel].Write(
                        RequestId.Of(ladder.Nonce, rung), ladder.RawOf(rung).Span, ladder.Page.Bytes.AsSpan(slot.Used));
                    ladder.PlaceFrame(rung, channel, slot.Used, length);
                    slot.Used += length;
                }
                armory._metrics.Ledger.Armed(ladder.Nonce, signed[i].Hash, armedNs);
                ladder.Publish(rung);
            }
        }

        // The slot had nothing: its first rungs are usable before the rest is signed.
        private bool TryLayNew(ArmingSlot slot)
        {
            if (slot.Ladder.Nonce != armory._next + (ulong)armory._inFlightBefore + (ulong)armory._slots.Count)
                return false;
            Put(slot, null);
            return true;
        }

        /// <summary>The slots that had rungs change over, all at once.</summary>
        /// <returns>False where one had fired.</returns>
        private bool Replace(out LogVerdict log)
        {
            log = LogVerdict.None;
            bool isWhole = true;
            List<SlotLadder> old = [];
            foreach (ArmingSlot slot in _arming)
            {
                if (slot.IsLaid)
                    continue;
                SlotLadder? present = armory._slots.Find(other => other.Nonce == slot.Ladder.Nonce);
                if (present is null || !present.Gate.TryWithdraw())
                {
                    isWhole = false;
                    continue;
                }
                old.Add(present);
                Put(slot, present);
                _rungs += slot.Ladder.Count;
            }
            foreach (SlotLadder ladder in old)
                if (armory.Retire(ladder, [.. ladder.Armed().Select(rung => ladder[rung].Hash)]) is var verdict && (log is LogVerdict.None or LogVerdict.Written))
                    log = verdict;
            armory.Recycle(old);
            return isWhole;
        }

        // What happened since the start is taken off first.
        private void Put(ArmingSlot slot, SlotLadder? present)
        {
            SlotLadder ladder = slot.Ladder;
            HashSet<Hash32> dead = [];
            foreach (Invalidation what in armory._meanwhile)
                dead.UnionWith(DeadIn(ladder, in what));
            if (dead.Count > 0)
            {
                armory.Retire(ladder, [.. dead]);
                ladder = ladder.Without(dead);
            }
            if (ladder.Count > 0)
                ladder.Gate.TryArm();
            if (present is null)
                armory._slots.Add(ladder);
            else
                armory._slots[armory._slots.IndexOf(present)] = ladder;
            slot.IsLaid = true;
            armory.Lay();
            if (_firstUsableNs == 0)
                _firstUsableNs = MonotonicClock.NowNs - _startNs;
        }

        private async ValueTask<ArmOutcome?> ReserveAsync(CancellationToken cancellation)
        {
            foreach (SlotLadder slot in armory._slots.ToArray())
            {
                (SigningOutcome signing, LogVerdict log, int count) = await armory._cancels.SignAsync(slot.Nonce, plan.Fees, cancellation).ConfigureAwait(false);
                if (!signing.IsSigned)
                    return End(signing.IsWrongSignature ? ArmVerdict.WrongSignature : ArmVerdict.Unsigned, detail: signing.ToString());
                if (log is not (LogVerdict.None or LogVerdict.Written))
                    return End(ArmVerdict.NotLogged, log, detail: $"the log did not take the cancels: {log}");
                _cancels += count;
            }
            return null;
        }

        private ArmOutcome End(ArmVerdict verdict, LogVerdict log = LogVerdict.None, EncodeStatus encoding = EncodeStatus.None, string detail = "") =>
            new(verdict, _rungs, _cancels, log, encoding, _firstUsableNs, MonotonicClock.NowNs - _startNs, detail);

        /// <summary>Rungs of one slot, the next after those that are done; signed, and not durable yet.</summary>
        private sealed record SignedGroup(ArmingSlot Slot, TransactionFields[] Fields, SignedBytes[] Signed, int Start);
    }
}
