using FastRebalance.Amm;
using FastRebalance.Amm.Positions;
using FastRebalance.Core.Events;
using FastRebalance.Ethereum.Rpc;

namespace FastRebalance.MarketData.Liquidity;

/// <summary>
/// The desk's pool positions, read whole at every head in the batch that the feed asks there anyway, and told where they changed. It keeps nothing of
/// earlier blocks but what it told, so no missed log and no reorganisation can make it wrong. Used by the feed's thread of work only.
/// </summary>
/// <remarks>Per block: <see cref="AppendCalls"/>, <see cref="Take"/> of the answers, <see cref="AppendEvents"/>.</remarks>
internal sealed class LiquidityFollower(IReadOnlyList<FollowedPosition> positions)
{
    private readonly PoolPosition[] _now = new PoolPosition[positions.Count];
    private readonly PoolPosition[] _told = new PoolPosition[positions.Count];
    private readonly bool[] _isDoubted = new bool[positions.Count];

    public void AppendCalls(List<EthCall> calls)
    {
        List<PoolCall> wanted = [];
        foreach (FollowedPosition position in positions)
            position.AppendCalls(wanted);
        calls.AddRange(wanted.Select(static call => new EthCall(call.To, call.Data)));
    }

    /// <summary>Takes the answers of one block over.</summary>
    /// <param name="answers">To all calls, in order; empty where a call reverted.</param>
    /// <exception cref="RpcTransportException">An answer is none of such a contract; the message says of which position.</exception>
    public void Take(ArraySegment<byte[]> answers)
    {
        int at = 0;
        for (int i = 0; i < _now.Length; at += positions[i++].CallCount)
            if (!positions[i].TryRead(answers.Slice(at, positions[i].CallCount), out _now[i]))
                throw new RpcTransportException($"pool position {i + 1} of {positions.Count} ({positions[i]}) cannot be read: the answers are not those of its contracts");
        for (int i = 0; i < _now.Length; i++)
            Doubt(i);
    }

    // Only what is empty can be burnt: one that had liquidity at the last head and is gone at this is believed at the second look, for a hedge goes with it.
    private void Doubt(int place)
    {
        _isDoubted[place] = _now[place].IsClosed && _told[place].Liquidity > 0 && !_isDoubted[place];
        if (_isDoubted[place])
            _now[place] = _told[place];
    }

    /// <summary>The positions that changed, or all of them.</summary>
    public void AppendEvents(List<MarketEvent> batch, in MarketEvent stamp, bool all)
    {
        for (int i = 0; i < _now.Length; i++)
        {
            if (!all && AreSame(in _now[i], in _told[i]))
                continue;
            _told[i] = _now[i];
            batch.Add(stamp with { Kind = MarketEventKind.PoolPosition, Subject = (ushort)(i + 1), PoolPosition = _now[i] });
        }
    }

    private static bool AreSame(in PoolPosition one, in PoolPosition other) =>
        one.Liquidity == other.Liquidity && one.Amount0 == other.Amount0 && one.Amount1 == other.Amount1
        && one.Owed0 == other.Owed0 && one.Owed1 == other.Owed1
        && one.TickLower == other.TickLower && one.TickUpper == other.TickUpper && one.IsClosed == other.IsClosed;
}
