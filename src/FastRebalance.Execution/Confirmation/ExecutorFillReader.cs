using FastRebalance.Core.Assets;
using FastRebalance.Core.Events;
using FastRebalance.Ethereum.Contracts;
using FastRebalance.Ethereum.Encoding;
using FastRebalance.Ethereum.Rpc;
using FastRebalance.Execution.Transactions;

namespace FastRebalance.Execution.Confirmation;

/// <summary>
/// Reads the executor contract's own logs: one per hop, under the decision's id, in the order they ran. What they say was measured at the
/// vault, so a token that keeps some of a transfer is told as it was.
/// </summary>
internal sealed class ExecutorFillReader(Address executor, ulong decisionSpace) : IFillReader
{
    private const int DecisionTopic = 1;

    public bool TryRead(ulong orderId, IReadOnlyList<OrderLeg> legs, IReadOnlyList<LogEntry> logs, Span<LegMovement> movements)
    {
        movements.Clear();
        UInt256 decision = ExecutorEncoder.DecisionOf(decisionSpace, orderId);
        int at = 0;
        for (int i = 0; i < legs.Count; i++)
        {
            if (legs[i].IsMove)
            {
                movements[i] = new LegMovement(legs[i].AmountIn, legs[i].AmountIn); // nothing was traded, and so no log tells it
                continue;
            }
            UInt256 spent = default, received = default;
            for (int hop = 0; hop < legs[i].HopCount; hop++)
            {
                if (!TryNext(in decision, logs, ref at, out UInt256 hopSpent, out received))
                    return false;
                if (hop == 0)
                    spent = hopSpent;
            }
            movements[i] = new LegMovement(spent, received);
        }
        return true;
    }

    private bool TryNext(in UInt256 decision, IReadOnlyList<LogEntry> logs, ref int at, out UInt256 spent, out UInt256 received)
    {
        spent = received = default;
        for (; at < logs.Count; at++)
        {
            LogEntry log = logs[at];
            if (log.Address != executor || log.Topics.Length <= DecisionTopic || log.Topics[0] != ExecutorLogs.LegFilled)
                continue;
            AbiReader reader = new(log.Data);
            if (UInt256.ReadBigEndian(log.Topics[DecisionTopic].Span) != decision
                || !reader.TryReadUInt256(out _) || !reader.TryReadAddress(out _) || !reader.TryReadAddress(out _)
                || !reader.TryReadUInt256(out spent) || !reader.TryReadUInt256(out received))
                continue;
            at++;
            return true;
        }
        return false;
    }
}
