using FastRebalance.Core.Assets;
using FastRebalance.Execution.Confirmation;
using FastRebalance.Execution.Fees;
using FastRebalance.Execution.Submission;

namespace FastRebalance.UnitTests.Execution.Submission;

/// <summary>
/// Looks on from outside: at every byte that leaves, every nonce that is given and every word that is told, over all restarts. Knows the world's
/// truth and nothing of the machine's reasons. One method per invariant, by the specification's numbers.
/// </summary>
internal sealed class AccountWatch(FeePolicy fees, AccountTerms terms)
{
    private readonly Dictionary<ulong, NonceHistory> _nonces = [];
    private readonly Dictionary<DecisionId, ulong> _released = [];

    /// <summary>Everything that was let go at a nonce.</summary>
    private sealed class NonceHistory
    {
        public DecisionId Decision { get; set; }

        public int Run { get; set; }

        public FeeQuote Highest { get; set; }

        public bool Any { get; set; }
    }

    /// <summary>Only this one is looked for; null for all.</summary>
    public string? Only { get; init; }

    /// <summary>Which incarnation of the process is running.</summary>
    public int Run { get; set; }

    public bool IsReleased(ulong nonce) => _nonces.TryGetValue(nonce, out NonceHistory? history) && history.Any;

    // ---- a byte leaves ---------------------------------------------------------------------------------------------------------

    public void OnReleased(ModelTransaction transaction, AccountWorld world)
    {
        I9_NothingAfterAHalt(transaction, world);
        I10_NothingThatTheKillSwitchForbids(transaction, world);
        I4_ArmedAndLogged(transaction, world);
        I3_NoGapBelow(transaction, world);
        I5_InsideItsBounds(transaction, world);
        NonceHistory history = HistoryOf(transaction.Nonce);
        if (transaction.Kind == AttemptKind.Fill)
        {
            I1_I12_OneDecisionPerNonce(transaction, history);
            I2_OneNoncePerDecision(transaction);
            _released[transaction.Decision] = transaction.Nonce;
        }
        if (!transaction.WasReleased)
        {
            I6_FeesRise(transaction, history);
            history.Highest = new FeeQuote(
                Math.Max(history.Highest.MaxFeePerGasWei, transaction.Fees.MaxFeePerGasWei), Math.Max(history.Highest.TipWei, transaction.Fees.TipWei));
        }
        history.Any = true;
        transaction.WasReleased = true;
    }

    /// <summary>The power went, and nobody can say that this has not left: it counts as let go.</summary>
    public void OnPossiblyOut(ModelTransaction transaction)
    {
        if (transaction.Kind != AttemptKind.Fill)
            return;
        I1_I12_OneDecisionPerNonce(transaction, HistoryOf(transaction.Nonce));
        I2_OneNoncePerDecision(transaction);
        _released[transaction.Decision] = transaction.Nonce;
    }

    private void I1_I12_OneDecisionPerNonce(ModelTransaction transaction, NonceHistory history)
    {
        if (!history.Decision.IsNone && history.Decision != transaction.Decision)
            Broken(history.Run == Run ? "I1" : "I12", $"{transaction} leaves where {history.Decision} was let go before");
        (history.Decision, history.Run) = (transaction.Decision, Run);
    }

    private void I2_OneNoncePerDecision(ModelTransaction transaction)
    {
        if (_released.TryGetValue(transaction.Decision, out ulong other) && other != transaction.Nonce)
            Broken("I2", $"{transaction} leaves, and the same decision was let go at nonce {other}");
    }

    private void I3_NoGapBelow(ModelTransaction transaction, AccountWorld world)
    {
        if (world.HasForeign)
            return;
        for (ulong nonce = world.Chain.AccountNonce; nonce < transaction.Nonce; nonce++)
            if (!IsReleased(nonce))
                Broken("I3", $"{transaction} leaves, and nothing was ever let go at nonce {nonce}");
    }

    private void I4_ArmedAndLogged(ModelTransaction transaction, AccountWorld world)
    {
        if (!world.Log.Holds(transaction))
            Broken("I4", $"{transaction} leaves, and the log has no word of it");
    }

    private void I5_InsideItsBounds(ModelTransaction transaction, AccountWorld world)
    {
        if (transaction.Kind == AttemptKind.Fill && (world.SeenHead >= transaction.MaxBlock || world.SeenSeconds >= transaction.MaxUnixSeconds))
            Broken("I5", $"{transaction} leaves after its last block {transaction.MaxBlock} or second {transaction.MaxUnixSeconds}");
        ulong bound = transaction.Kind == AttemptKind.Fill ? fees.MaxFeePerGasWei : fees.MaxCancelFeePerGasWei;
        if (transaction.Fees.MaxFeePerGasWei > bound)
            Broken("I5", $"{transaction} offers more than {bound}");
    }

    private void I6_FeesRise(ModelTransaction transaction, NonceHistory history)
    {
        if (!fees.CanReplace || !history.Any)
            return;
        if (transaction.Fees.MaxFeePerGasWei < FeePolicy.Bump(history.Highest.MaxFeePerGasWei)
            || transaction.Fees.TipWei < FeePolicy.Bump(history.Highest.TipWei))
            Broken("I6", $"{transaction} is no step over {history.Highest}");
    }

    private void I9_NothingAfterAHalt(ModelTransaction transaction, AccountWorld world)
    {
        if (world.Account.HaltReason is { } reason)
            Broken("I9", $"{transaction} leaves, and the account is halted: {reason}");
    }

    private void I10_NothingThatTheKillSwitchForbids(ModelTransaction transaction, AccountWorld world)
    {
        bool isFill = transaction.Kind == AttemptKind.Fill;
        bool isForbidden = world.Log.Kill switch
        {
            KillMode.Off => false,
            KillMode.Soft => isFill && !_released.ContainsKey(transaction.Decision),
            KillMode.Hard => isFill,
            _ => true,
        };
        if (isForbidden)
            Broken("I10", $"{transaction} leaves, and the kill switch is down: {world.Log.Kill}");
    }

    // ---- a nonce is given and taken back -----------------------------------------------------------------------------------------

    public void OnBound(AccountWorld world)
    {
        if (world.Log.Kill != KillMode.Off)
            Broken("I10", $"a decision is bound, and the kill switch is down: {world.Log.Kill}");
        I7_EverythingOutCanBePaid(world);
    }

    private void I7_EverythingOutCanBePaid(AccountWorld world)
    {
        UInt256 sum = UInt256.Zero;
        foreach (Slot slot in world.Account.Slots)
            if (slot.Mined is null && !slot.IsClosed)
                sum += DearestOf(slot);
        UInt256 most = UInt256.Min(world.SeenBalanceWei, terms.AccountCapWei);
        if (sum > most)
            Broken("I7", $"all that is bound may cost {sum}, and {most} is there");
    }

    private static UInt256 DearestOf(Slot slot)
    {
        UInt256 dearest = UInt256.Zero;
        foreach (Attempt attempt in slot.Attempts)
        {
            if (!attempt.IsReleased && !attempt.Raw.IsEmpty && (slot.State != SlotState.Armed || attempt.Kind == AttemptKind.Cancel))
                continue; // a rung that lies ready is no offer, and an armed nonce is fired with a fill
            UInt256 cost = (UInt256)attempt.Fees.MaxFeePerGasWei * (attempt.Kind == AttemptKind.Fill ? slot.Order.GasLimit : AccountWorld.CancelGas);
            dearest = UInt256.Max(dearest, cost);
        }
        return dearest;
    }

    /// <summary>A nonce is free again: nothing of it may be anywhere.</summary>
    public void OnFreed(ulong nonce, AccountWorld world)
    {
        foreach (ModelTransaction transaction in world.Chain.OfNonce(nonce))
            if (!transaction.IsForeign && transaction.MayBeMined)
                Broken("I12", $"nonce {nonce} is free for another decision, and {transaction} may be out");
        if (_nonces.Remove(nonce, out NonceHistory? history) && !history.Decision.IsNone)
            _released.Remove(history.Decision);
    }

    // ---- what is told and what is so ---------------------------------------------------------------------------------------------

    public void I8_FilledOnlyFromACanonicalReceipt(Slot slot, int attempt, AccountWorld world)
    {
        ModelTransaction? transaction = world.TransactionOf(slot.Attempts[attempt]);
        if (transaction is not { Kind: AttemptKind.Fill, Block: not null, Succeeded: true })
            Broken("I8", $"nonce {slot.Nonce} is told as filled, and {transaction} is not");
    }

    /// <summary>The chain itself: a decision that fills twice on one branch is what all of this is against.</summary>
    public void OnFilled(ModelTransaction transaction, ModelChain chain)
    {
        for (ulong nonce = ModelChain.FirstNonce; nonce < chain.AccountNonce; nonce++)
            foreach (ModelTransaction other in chain.OfNonce(nonce))
                if (other != transaction && other.Block is not null && other.Succeeded && !other.IsForeign && other.Decision == transaction.Decision
                    && other.Kind == AttemptKind.Fill)
                    Broken("I2", $"{transaction} fills what {other} has filled already");
    }

    public void I9_HaltHasACause(AccountWorld world, string reason)
    {
        if (!world.MayHalt)
            Broken("I9", $"the account halts for nothing: {reason}");
    }

    public void Settled(bool holds, string what)
    {
        if (!holds)
            Broken("liveness", what);
    }

    private NonceHistory HistoryOf(ulong nonce)
    {
        if (!_nonces.TryGetValue(nonce, out NonceHistory? history))
            _nonces.Add(nonce, history = new NonceHistory());
        return history;
    }

    private void Broken(string invariant, string message)
    {
        if (Only is null || Only == invariant)
            throw new InvariantBrokenException(invariant, message);
    }
}
