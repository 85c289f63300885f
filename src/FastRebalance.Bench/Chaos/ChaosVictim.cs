using System.Globalization;
using FastRebalance.Core.Assets;
using FastRebalance.Core.Events;
using FastRebalance.Core.Results;
using FastRebalance.Ethereum.Rpc;
using FastRebalance.Ethereum.Transactions;
using FastRebalance.Execution;
using FastRebalance.Execution.Channels;
using FastRebalance.Execution.Submission;
using FastRebalance.Execution.WriteAhead;
using FastRebalance.Messaging;

namespace FastRebalance.Bench.Chaos;

/// <summary>
/// The process that is killed: the real submitter on its real log, against a real node. It takes the log as it finds it, hands over orders,
/// follows each to its block, and tells what it has promised, each word after the fact.
/// </summary>
public static class ChaosVictim
{
    public const string Verb = "chaos-victim";

    /// <summary>The log, or the account behind it, is not to be trusted.</summary>
    internal const int Refused = 3;

    /// <summary>The node would not answer a question of the start; whoever starts it starts it again.</summary>
    internal const int Unanswered = 5;

    private const int Broke = 4;

    /// <param name="args">The desk's file, the life, the first new order, how many, orders to offer again with commas between, the bug.</param>
    /// <returns>The exit code, for one that was not killed.</returns>
    public static async Task<int> RunAsync(IReadOnlyList<string> args)
    {
        Telling telling = new(Console.OpenStandardOutput());
        try
        {
            await using Incarnation life = new(args, telling);
            await life.LiveAsync().ConfigureAwait(false);
            return 0;
        }
        catch (LogRefusedException refused)
        {
            telling.Say($"E {refused.Message}");
            return Refused;
        }
        catch (Exception broken) when (broken is InvalidOperationException or IOException or RpcTransportException or RpcErrorException or TimeoutException)
        {
            telling.Say($"E {broken.GetType().Name} {broken.Message.ReplaceLineEndings(" ")}");
            return broken is RpcTransportException or RpcErrorException ? Unanswered : Broke;
        }
    }

    private sealed class Incarnation(IReadOnlyList<string> args, Telling telling) : IAsyncDisposable
    {
        private const int StepMs = 2;
        private const int RefusedMs = 40;
        private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

        private readonly ChaosDesk _desk = ChaosDesk.Read(args[0]);
        private readonly ChaosLife _life = Enum.Parse<ChaosLife>(args[1]);
        private readonly ulong _firstOrder = ulong.Parse(args[2], CultureInfo.InvariantCulture);
        private readonly int _orderCount = int.Parse(args[3], CultureInfo.InvariantCulture);
        private readonly ulong[] _again = [.. args[4].Split(',', StringSplitOptions.RemoveEmptyEntries).Select(id => ulong.Parse(id, CultureInfo.InvariantCulture))];
        private readonly ChaosBug _bug = Enum.Parse<ChaosBug>(args[5]);
        private readonly RingBuffer<OrderEvent> _orders = RingBuffer<OrderEvent>.CreateSingleProducer(64, WaitStrategy.ByName("blocking"));
        private readonly RingBuffer<MarketEvent> _reports = RingBuffer<MarketEvent>.CreateMultiProducer(1024, WaitStrategy.ByName("blocking"));
        private SubmitterLog? _log;
        private TransactionSigner? _signer;
        private EthereumNode? _node;
        private TellingLog? _telling;
        private OrderExecutor? _executor;

        public async Task LiveAsync()
        {
            OpenLog();
            if (_life == ChaosLife.Snapshot && _log!.SnapshotNow() != LogVerdict.Written)
                throw new InvalidOperationException("no snapshot could be made");
            await StartAsync().ConfigureAwait(false);
            telling.Say($"U");
            if (_life == ChaosLife.Settle)
            {
                await SettleAsync().ConfigureAwait(false);
                return;
            }
            await UntilAsync(() => _executor!.Outcomes().All(IsOver), "an earlier run's order").ConfigureAwait(false);
            foreach (ulong order in _again.Concat(Enumerable.Range(0, _orderCount).Select(i => _firstOrder + (ulong)i)))
                await TradeAsync(order).ConfigureAwait(false);
        }

        public async ValueTask DisposeAsync()
        {
            if (_executor is not null)
                await _executor.DisposeAsync().ConfigureAwait(false);
            if (_node is not null)
                await _node.DisposeAsync().ConfigureAwait(false);
            _signer?.Dispose();
            _log?.Dispose();
        }

        private void OpenLog()
        {
            _log = SubmitterLog.Open(_desk.Log());
            SubmitterState state = _log.Recovered.State;
            foreach (SlotRecord slot in state.Slots.Values)
            {
                telling.Say($"S {slot.Nonce} {(int)slot.Outcome}");
                foreach (AttemptRecord attempt in slot.Attempts)
                    telling.Say($"H {slot.Nonce} {attempt.Attempt.Hash} {(int)attempt.Released}");
            }
            telling.Say($"O {state.Floor} {(int)state.Kill} {_log.Epoch}");
            if (state.Kill != KillMode.Off)
                LiftKill();
        }

        // What a person does once the cause is gone; the next opening is the one that trades.
        private void LiftKill()
        {
            telling.Say($"l");
            if (_log!.ReleaseKill() != LogVerdict.Written)
                throw new InvalidOperationException($"the kill switch could not be lifted: {_log.FaultReason}");
            telling.Say($"L");
            _log.Dispose();
            _log = SubmitterLog.Open(_desk.Log());
        }

        private async Task StartAsync()
        {
            _signer = _desk.Signer();
            _node = await EthereumNode.ConnectAsync(_desk.Endpoint).ConfigureAwait(false);
            ulong space = _bug == ChaosBug.NeverRefuse ? _desk.Space + _log!.Epoch : _desk.Space;
            _telling = new TellingLog(_log!, telling, _bug);
            _executor = new OrderExecutor(
                _desk.Setup(space), _node, _signer, [new PublicChannel(_node)], _telling, _reports,
                _bug is ChaosBug.ForgetRecovery or ChaosBug.NeverRefuse ? null : _log!.Recovered);
            await _executor.StartAsync().ConfigureAwait(false);
        }

        private async Task SettleAsync()
        {
            // A broken one knows of nothing that is open, and looks content.
            ulong[] open = _bug is ChaosBug.ForgetRecovery or ChaosBug.NeverRefuse ? [] : [.. _log!.Recovered.State.Slots.Values.Where(static slot => slot.Outcome == SlotOutcome.None && slot.MayBeOut).Select(static slot => slot.Nonce)];
            await UntilAsync(() => open.All(_telling!.HasEnded), "the end of an earlier run's order").ConfigureAwait(false);
            DrainOutcome drained = await _executor!.StopAsync(Patience).ConfigureAwait(false);
            if (!drained.IsClean || drained.NotFinal.Count > 0)
                throw new InvalidOperationException("it was at rest, and something was still out");
            // A clean end every other time: the next incarnation must do with either.
            if (_firstOrder % 2 == 0 && _log!.Complete() != LogVerdict.Written)
                throw new InvalidOperationException($"the log could not be ended: {_log.FaultReason}");
            telling.Say($"Q");
        }

        private async Task TradeAsync(ulong order)
        {
            long now = (await _node!.BlockAsync(BlockRef.Latest).ConfigureAwait(false))!.TimestampSeconds;
            telling.Say($"t {order}");
            Offer(order, _life == ChaosLife.Expire ? now + 2 : now + 3600);
            bool isKilled = false;
            await UntilAsync(() =>
            {
                if (Of(order) is not { } outcome)
                    return false;
                if (_life == ChaosLife.KillSwitch && !isKilled && outcome.Status == SubmitStatus.Submitted)
                {
                    isKilled = true;
                    _executor!.Kill(order % 2 == 0 ? KillMode.Hard : KillMode.Soft, "to see it come down");
                }
                return IsOver(outcome);
            }, $"order {order}").ConfigureAwait(false);
            if (Of(order) is not { Status: SubmitStatus.NotSent } refused)
                return;
            telling.Say($"y {order} {refused.Reason.ReplaceLineEndings(" ")}");
            await Task.Delay(RefusedMs).ConfigureAwait(false);
        }

        private void Offer(ulong order, long deadline)
        {
            long hi = _orders.Next(2), lo = hi - 1;
            _orders[lo] = new OrderEvent
            {
                Kind = OrderEventKind.Decision,
                OrderId = order,
                LegCount = 1,
                Decision = new DecisionOutcome { Verdict = DecisionVerdict.Order, DeadlineUnixSeconds = deadline },
            };
            _orders[hi] = new OrderEvent { Kind = OrderEventKind.Leg, OrderId = order, Leg = _desk.LegOf(order) };
            _orders.Publish(lo, hi);
            _executor!.Intake.OnBatch(_orders, lo, hi);
        }

        private OrderOutcome? Of(ulong order) => _executor!.Outcomes().LastOrDefault(outcome => outcome.OrderId == order);

        /// <summary>The next order may come.</summary>
        private static bool IsOver(OrderOutcome outcome) => outcome.Status is SubmitStatus.Included or SubmitStatus.Reverted or SubmitStatus.Dropped
            or SubmitStatus.NotSent or SubmitStatus.Final;

        private async Task UntilAsync(Func<bool> holds, string what)
        {
            long deadline = Environment.TickCount64 + (long)Patience.TotalMilliseconds;
            while (!holds())
            {
                if (_executor!.State == ExecutorState.Faulted)
                    throw new InvalidOperationException($"halted: {_executor.StopReason}");
                if (Environment.TickCount64 > deadline)
                    throw new TimeoutException($"{what} never came to its end: "
                        + string.Join("; ", _executor.Outcomes().Select(o => $"{o.OrderId} {string.Join(',', o.History)} nonce {o.Nonce} {o.Reason}")));
                await Task.Delay(StepMs).ConfigureAwait(false);
            }
        }
    }
}
