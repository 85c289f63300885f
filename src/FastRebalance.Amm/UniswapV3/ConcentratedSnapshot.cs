using FastRebalance.Amm.Abi;
using FastRebalance.Core.Assets;
using FastRebalance.Core.Events;

namespace FastRebalance.Amm.UniswapV3;

/// <summary>
/// Reads price and liquidity first, then every word of the tick bitmap, then every initialised tick. At the end the ticks at or
/// below the price must sum up to the active liquidity: answers of different blocks, or of another contract, do not.
/// </summary>
internal sealed class ConcentratedSnapshot : IPoolSnapshot
{
    /// <summary>Keeps a round below what a node accepts as one batch.</summary>
    internal const int MaxCallsPerRound = 500;

    private const int TicksPerWord = 256;

    private readonly ConcentratedPool _pool;
    private readonly int _spacing;
    private readonly int _lastWord;
    private readonly List<int> _initialized = [];
    private readonly List<MarketEvent> _events = [];

    private Stage _stage = Stage.Head;
    private int _nextWord;
    private int _nextTick;
    private int _asked;
    private Int128 _netBelow;
    private ConcentratedState _head;

    public ConcentratedSnapshot(ConcentratedPool pool)
    {
        _pool = pool;
        _spacing = pool.Facts.TickSpacing;
        _lastWord = TickMath.MaxTick / _spacing / TicksPerWord;

        // Division truncates towards zero, so the lowest usable tick is -(MaxTick / spacing), and its word rounds down.
        _nextWord = -(TickMath.MaxTick / _spacing + TicksPerWord - 1) / TicksPerWord;
    }

    public string? Failure { get; private set; }

    public bool NextCalls(List<PoolCall> calls)
    {
        switch (_stage)
        {
            case Stage.Head:
                _pool.AppendReconcileCalls(calls);
                _asked = 2;
                return true;
            case Stage.Words:
                _asked = Math.Min(_lastWord - _nextWord + 1, MaxCallsPerRound);
                for (int i = 0; i < _asked; i++)
                    calls.Add(_pool.WordCall(_nextWord + i));
                return true;
            case Stage.Ticks:
                _asked = Math.Min(_initialized.Count - _nextTick, MaxCallsPerRound);
                for (int i = 0; i < _asked; i++)
                    calls.Add(_pool.TickCall(_initialized[_nextTick + i]));
                return true;
            default:
                return false;
        }
    }

    public SnapshotStatus Accept(IReadOnlyList<byte[]> results, List<MarketEvent> events)
    {
        if (results.Count != _asked)
            return Fail($"{_asked} answers are wanted, found {results.Count}");
        return _stage switch
        {
            Stage.Head => AcceptHead(results),
            Stage.Words => AcceptWords(results, events),
            Stage.Ticks => AcceptTicks(results, events),
            _ => Fail("the snapshot is over"),
        };
    }

    private SnapshotStatus AcceptHead(IReadOnlyList<byte[]> results)
    {
        if (!_pool.TryReadHead(results[0], results[1], out _head) || !_pool.TryAppendParameters(results[0], _events))
            return Fail("slot0() and liquidity() did not answer a price, a tick and a liquidity");
        if (!_head.SqrtPriceX96.IsZero && !TickFitsPrice(in _head))
            return Fail($"tick {_head.Tick} is not that of the price {_head.SqrtPriceX96}");
        _stage = Stage.Words;
        return SnapshotStatus.MoreCalls;
    }

    private SnapshotStatus AcceptWords(IReadOnlyList<byte[]> results, List<MarketEvent> events)
    {
        foreach (byte[] result in results)
        {
            if (!AbiWords.TryReadUInt(result, 0, 256, out UInt256 bits))
                return Fail($"tickBitmap({_nextWord}) did not answer a word");
            if (!TryAddTicks(bits))
                return Fail($"tickBitmap({_nextWord}) names a tick out of range");
            _nextWord++;
        }
        if (_nextWord <= _lastWord)
            return SnapshotStatus.MoreCalls;
        if (_initialized.Count == 0)
            return Complete(events);
        _stage = Stage.Ticks;
        return SnapshotStatus.MoreCalls;
    }

    private bool TryAddTicks(UInt256 bits)
    {
        for (int bit = 0; bit < TicksPerWord; bit++)
        {
            if (((bits >> bit).Limb0 & 1) == 0)
                continue;
            int tick = (_nextWord * TicksPerWord + bit) * _spacing;
            if (tick is < TickMath.MinTick or > TickMath.MaxTick)
                return false;
            _initialized.Add(tick);
        }
        return true;
    }

    private SnapshotStatus AcceptTicks(IReadOnlyList<byte[]> results, List<MarketEvent> events)
    {
        foreach (byte[] result in results)
        {
            int index = _initialized[_nextTick];
            if (!_pool.TryReadTick(result, out UInt128 gross, out Int128 net) || gross == 0)
                return Fail($"ticks({index}) did not answer the liquidity of an initialised tick");
            _events.Add(new MarketEvent
            {
                Kind = MarketEventKind.TickLiquidity,
                Subject = _pool.Id.Value,
                Tick = new TickLiquidity { Index = index, Gross = gross, Net = net },
            });
            if (index <= _head.Tick)
                _netBelow = unchecked(_netBelow + net);
            _nextTick++;
        }
        return _nextTick < _initialized.Count ? SnapshotStatus.MoreCalls : Complete(events);
    }

    private SnapshotStatus Complete(List<MarketEvent> events)
    {
        // Sums modulo 2^128 are enough: the true sum is a liquidity and fits.
        if (unchecked((UInt128)_netBelow) != _head.Liquidity)
            return Fail(
                $"the ticks up to {_head.Tick} add up to a liquidity of {_netBelow}, the pool has {_head.Liquidity}: "
                + "were all answers of one block?");
        _stage = Stage.Over;
        events.Add(new MarketEvent { Kind = MarketEventKind.PoolReset, Subject = _pool.Id.Value });
        events.AddRange(_events);
        events.Add(new MarketEvent { Kind = MarketEventKind.Concentrated, Subject = _pool.Id.Value, Concentrated = _head });
        events.Add(new MarketEvent { Kind = MarketEventKind.PoolReady, Subject = _pool.Id.Value });
        return SnapshotStatus.Complete;
    }

    /// <summary>A price that was crossed downwards and stands on its tick belongs to the tick below, so both ends count.</summary>
    private static bool TickFitsPrice(in ConcentratedState head) =>
        TickMath.SqrtRatioAtTick(head.Tick) <= head.SqrtPriceX96 && head.SqrtPriceX96 <= TickMath.SqrtRatioAtTick(head.Tick + 1);

    private SnapshotStatus Fail(string reason)
    {
        _stage = Stage.Over;
        Failure = $"{_pool}: {reason}";
        return SnapshotStatus.Failed;
    }

    private enum Stage : byte
    {
        Head = 0,
        Words,
        Ticks,
        Over,
    }
}
