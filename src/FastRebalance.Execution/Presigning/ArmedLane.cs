using FastRebalance.Core.Assets;
using FastRebalance.Core.Results;
using FastRebalance.Ethereum.Rpc.Framing;
using FastRebalance.Ethereum.Signers;
using FastRebalance.Execution.Channels;
using FastRebalance.Execution.Fees;
using FastRebalance.Execution.Mempool;
using FastRebalance.Execution.Submission;
using FastRebalance.Execution.Transactions;
using FastRebalance.Execution.WriteAhead;

namespace FastRebalance.Execution.Presigning;

/// <summary>
/// An account's pre-signed side: what is foreseen becomes rungs that are durable, framed and laid where the trigger thread looks, and a decision
/// that finds its rung leaves without waiting for anything. Everything but <see cref="Fire"/> belongs to the account's loop.
/// </summary>
internal sealed class ArmedLane : IDisposable
{
    /// <summary>Tells decisions that are named after their nonce from those named after an order: their highest bit is set.</summary>
    public const ulong ArmedDecisions = 1UL << 63;

    // Below it the sender's number, and below that the nonce.
    private const int LaneShift = 56;

    private readonly PresignOptions _options;
    private readonly FeePolicy _fees;
    private readonly FeeOptions _feeOptions;
    private readonly ulong _decisionSpace;
    private readonly byte _lane;
    private readonly SubmitterLog _fires;
    private readonly IArmLog _log;
    private readonly IAccountSigner _signer;
    private readonly IOrderEncoder _encoder;
    private readonly IReadOnlyList<ReadySocket> _sockets;
    private readonly IReadOnlyList<IRawTransactionFraming> _framings;
    private readonly HotTables _tables = new();
    private readonly FireAnswers _answers = new();
    private Armory? _armory;
    private IReadOnlyList<ForeseenOrder> _foreseen = [];

    /// <param name="setup">Of the account.</param>
    /// <param name="options">What is signed.</param>
    /// <param name="signer">Signs; not owned.</param>
    /// <param name="encoder">Writes the calls.</param>
    /// <param name="log">Makes rungs durable, and takes the word of a shot.</param>
    /// <param name="fees">Names the levels.</param>
    /// <param name="places">Where shots go.</param>
    /// <param name="pending">Told of every rung before it may be fired; null where nobody watches.</param>
    /// <exception cref="ArgumentException">A place cannot be fired into.</exception>
    public ArmedLane(
        ExecutionSetup setup, PresignOptions options, IAccountSigner signer, IOrderEncoder encoder, SubmitterLog log, FeePolicy fees,
        IReadOnlyList<ReadyPlace> places, MempoolWatch? pending = null)
    {
        _options = options;
        _signer = signer;
        _encoder = encoder;
        _fires = log;
        _log = pending is null ? log : new WatchedArmLog(log, pending);
        _fees = fees;
        _feeOptions = setup.Fees;
        _decisionSpace = setup.DecisionSpace;
        _lane = setup.Lane;
        ReadyPlace[] usable = [.. places.Where(CanFireInto)];
        _framings = [.. usable.Select(static place => place.Framing!)];
        _sockets = [.. usable.Select((place, channel) => ReadySocket.To(place.Endpoint, channel, _answers))];
        Fire = new FirePath(_tables, Gate, log, _sockets, options.Pick);
        Metrics = new LadderMetrics(Fire.Timings);
    }

    /// <summary>A place that a ready socket can be kept open to, and whose requests name no block.</summary>
    public static bool CanFireInto(ReadyPlace place) => place.Framing is not null && ReadySocket.CanReach(place.Endpoint);

    /// <summary>Whether shots may leave now.</summary>
    public AccountGate Gate { get; } = new();

    /// <summary>For the trigger thread.</summary>
    public FirePath Fire { get; }

    public LadderMetrics Metrics { get; }

    /// <summary>Why nothing was armed when it was last tried; empty where something was.</summary>
    public string Trouble { get; private set; } = "";

    /// <summary>The decision that everything armed at a nonce serves: one nonce of one sender, one decision.</summary>
    public DecisionId DecisionOf(ulong nonce) => new(_decisionSpace, NumberOf(_lane, nonce));

    /// <summary>The number in the desk's space of what the sender of this lane arms at a nonce.</summary>
    public static ulong NumberOf(byte lane, ulong nonce) => ArmedDecisions | ((ulong)lane << LaneShift) | nonce;

    /// <summary>
    /// Before anything is armed: from then on the first shot finds its code compiled and its calls bound. Where a socket is not connected
    /// yet, what is only its own is left out.
    /// </summary>
    public void WarmUp() => FireWarmUp.Run(_fires, _sockets, _options.Pick);

    public void Open(ulong nextNonce) =>
        _armory = new Armory(_signer, _encoder, _log, _framings, _tables, Metrics, _options.Armory, nextNonce);

    public void Foresee(IReadOnlyList<ForeseenOrder> orders) => _foreseen = orders;

    /// <summary>Nothing is foreseen any more, and what was signed for it is taken back; the next that is foreseen is armed as at a start.</summary>
    /// <returns>The log's word where it did not take a retirement; written otherwise.</returns>
    public LogVerdict Drop(PortfolioId portfolio)
    {
        _foreseen = [];
        InvalidationOutcome dropped = _armory?.Invalidate(Invalidation.DecisionChanged(portfolio)) ?? default;
        return dropped.IsSound ? LogVerdict.Written : dropped.Log;
    }

    /// <summary>A head: what it makes wrong is withdrawn, before anything else is done with it.</summary>
    /// <returns>The log's word where it did not take a retirement; written otherwise.</returns>
    public LogVerdict OnHead(HeadFacts facts, ulong chainNonce)
    {
        Armory armory = _armory!;
        armory.OnHead(facts.Header.Number, facts.Header.TimestampSeconds);
        if (chainNonce > 0)
            armory.Invalidate(Invalidation.SlotConsumed(chainNonce - 1)); // told twice it changes nothing
        InvalidationOutcome stale = armory.Invalidate(Invalidation.HeadMoved(
            facts.Header.Number, facts.Header.TimestampSeconds, _options.Pick.SafetyBlocks, _options.Pick.SafetySeconds));
        InvalidationOutcome cheap = armory.Invalidate(Invalidation.BaseFeeRose(facts.NextBaseFeeWei, 1));
        while (_answers.TryTake(out _, out _))
        {
            // The channels answer again to the same bytes by the ordinary way, and that answer is judged.
        }
        return !stale.IsSound ? stale.Log : !cheap.IsSound ? cheap.Log : LogVerdict.Written;
    }

    /// <summary>Signs what is foreseen for the next nonce; what lies there serves until the new rungs are whole.</summary>
    public async ValueTask<ArmOutcome> ArmAsync(HeadFacts facts, ulong nonce, CancellationToken stop)
    {
        FeeQuote[] levels = Levels(facts);
        if (_foreseen.Count == 0 || levels.Length == 0 || nonce != _armory!.FirstNonce)
        {
            Trouble = _foreseen.Count == 0 ? "nothing is foreseen" : levels.Length == 0 ? "the base fee is above the bound" : "the nonce is in use";
            return default;
        }
        LadderPlan plan = LadderPlan.Create([new SlotPlan(nonce, DecisionOf(nonce))], levels, _foreseen, _options.Ladder);
        ArmOutcome outcome = await _armory.ArmAsync(plan, Choice(levels.Length), stop).ConfigureAwait(false);
        Trouble = outcome.IsArmed ? "" : outcome.Detail;
        return outcome;
    }

    /// <summary>What the dearest rung would offer, and the gas of the longest foreseen order; zeros where nothing can be armed.</summary>
    public (FeeQuote Fees, ulong GasLimit) Dearest(HeadFacts facts) => Levels(facts) is [.., var top] && _foreseen.Count > 0
        ? (top, _foreseen.Max(static order => order.GasLimit))
        : default;

    /// <summary>What would be fired most likely; null while nothing is foreseen.</summary>
    public ForeseenOrder? Likeliest => _foreseen.Count > 0 ? _foreseen[0] : null;

    /// <summary>Opens the gate again where something is armed.</summary>
    public void Reopen()
    {
        if (Trouble.Length == 0)
            Gate.TryOpen();
    }

    /// <summary>Nothing is armed now, and why.</summary>
    public void Refuse(string reason)
    {
        Trouble = reason;
        Gate.TryClose();
    }

    /// <summary>The next nonce goes another way; false where a shot was quicker.</summary>
    public bool TakeSlot(ulong nonce, out LogVerdict log) => _armory!.TakeSlot(nonce, out log);

    /// <summary>The next shot that used a slot, counted; false where there is none.</summary>
    public bool TryTakeShot(out FireOutcome shot)
    {
        if (!Fire.TryTakeFired(out shot))
            return false;
        Metrics.OnFired(in shot);
        return true;
    }

    /// <summary>The fired rung, then those of the same call that offer more.</summary>
    public static Attempt[] AttemptsOf(in FireOutcome shot)
    {
        SlotLadder ladder = shot.Ladder!;
        List<Attempt> attempts = [];
        int rung = shot.Rung;
        do
            attempts.Add(new Attempt(Confirmation.AttemptKind.Fill, ladder[rung].Fees) { Hash = ladder[rung].Hash, Raw = ladder.RawOf(rung), IsArmed = true });
        while (ladder.TryRaise(rung, out rung));
        return [.. attempts];
    }

    public void Dispose()
    {
        Gate.Stop(AccountGateState.Draining);
        foreach (ReadySocket socket in _sockets)
            socket.Dispose();
    }

    private FeeQuote[] Levels(HeadFacts facts)
    {
        if (_fees.Quote(facts.NextBaseFeeWei, facts.TipsWei, out FeeQuote market) != FeeVerdict.Quoted)
            return [];
        Span<FeeQuote> levels = stackalloc FeeQuote[_fees.CanReplace ? _options.FeeLevels : 1];
        return levels[..FeeLadder.Levels(in market, _fees.MaxFeePerGasWei, _feeOptions.BumpPercent, levels)].ToArray();
    }

    // An economic trade begins where the market is and is raised if it must be; a safety trade begins at the top.
    private static FeeLevels Choice(int levels) =>
        default(FeeLevels).With(PolicyTier.Economic, 0, levels - 1).With(PolicyTier.Safety, levels - 1, levels - 1);
}
