using FastRebalance.Core.Assets;
using FastRebalance.Core.Events;

namespace FastRebalance.Execution.Mempool;

/// <summary>
/// Watches what arrives after our own attempt was seen: the same trade on the same pool for a higher tip is a front run, and the opposite one by
/// the same hand makes it a sandwich. Owned by one thread.
/// </summary>
public sealed class SandwichWatch(MempoolOptions options)
{
    private OrderView? _order;
    private long _echoNs;
    private Address _searcher;
    private PoolId _pool;
    private AssetId _sold;

    /// <summary>The transaction placed before ours; zero for none.</summary>
    public Hash32 FrontRunner { get; private set; }

    /// <summary>The one that closes it; zero while it was not seen.</summary>
    public Hash32 BackRunner { get; private set; }

    /// <summary>Front runs seen around attempts of ours.</summary>
    public long Attempts { get; private set; }

    /// <summary>Those whose other half was seen as well.</summary>
    public long Pairs { get; private set; }

    /// <summary>Our attempt was seen in the public pool.</summary>
    public void Echo(OrderView order, long nowNs)
    {
        if (_order?.Hash == order.Hash)
            return;
        (_order, _echoNs) = (order, nowNs);
        (FrontRunner, BackRunner) = (default, default);
    }

    /// <summary>The attempt is over.</summary>
    public void End()
    {
        _order = null;
        (FrontRunner, BackRunner) = (default, default);
    }

    /// <summary>Looks at one newly arrived transaction.</summary>
    /// <returns>True where it completes or opens an attack on ours.</returns>
    public bool Look(in PendingTransactionView transaction, ReadOnlySpan<PendingEffect> effects, long nowNs)
    {
        if (_order is null || transaction.IsOwn || transaction.Hash == _order.Hash)
            return false;
        foreach (ref readonly PendingEffect effect in effects)
        {
            if (effect.Kind != EffectKind.Swap || effect.Pool.IsNone)
                continue;
            if (FrontRunner.IsZero && transaction.TipPerGasWei > _order.TipWei && nowNs - _echoNs <= options.SandwichWindowNs && IsOurSide(in effect))
            {
                (FrontRunner, _searcher, _pool, _sold) = (transaction.Hash, transaction.Sender, effect.Pool, effect.Sell);
                Attempts++;
                return true;
            }
            if (!FrontRunner.IsZero && BackRunner.IsZero && effect.Pool == _pool && effect.Buy == _sold
                && transaction.Sender == _searcher && transaction.TipPerGasWei <= _order.TipWei)
            {
                BackRunner = transaction.Hash;
                Pairs++;
                return true;
            }
        }
        return false;
    }

    private bool IsOurSide(in PendingEffect effect)
    {
        foreach (OrderLeg leg in _order!.Legs)
        {
            AssetId sell = leg.Sell;
            for (int hop = 0; hop < leg.HopCount; hop++)
            {
                if (leg.Pool(hop) == effect.Pool && sell == effect.Sell)
                    return true;
                sell = leg.BoughtAt(hop);
            }
        }
        return false;
    }
}
