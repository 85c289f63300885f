using FastRebalance.Amm;
using FastRebalance.Core.Assets;
using FastRebalance.Core.Events;
using FastRebalance.Core.Results;

namespace FastRebalance.UnitTests.Routing.Paths;

/// <summary>The plain way: quotes every simple path, exactly, and keeps the best.</summary>
internal sealed class PathsByExactQuotes(IReadOnlyList<Pool> pools, double pricePerGas)
{
    private readonly List<(Pool Pool, AssetId Asset)> _walked = [];

    /// <summary>Paths of which each pool has quoted its hop.</summary>
    public int PathCount { get; private set; }

    /// <summary>Pools of the best path.</summary>
    public int BestHops { get; private set; }

    /// <summary>Most that any path brings, gas taken off; minus infinity where none brings anything.</summary>
    public double MostOut(AssetId sell, AssetId buy, UInt256 amountIn)
    {
        double best = double.NegativeInfinity;
        Walk(sell, buy, amountIn, 0, isExactOut: false, (amount, gas) => Keep((double)amount - gas * pricePerGas, ref best));
        return best;
    }

    /// <summary>
    /// Least that any path takes to bring so much, gas counted, where its pools bring as much for that input; infinity where none can. (A weighted
    /// pool may name an input that it refuses to take.)
    /// </summary>
    public double LeastIn(AssetId sell, AssetId buy, UInt256 amountOut)
    {
        double best = double.NegativeInfinity;
        Walk(buy, sell, amountOut, 0, isExactOut: true, (amount, _) =>
        {
            if (TryPass(sell, buy, amount, out UInt256 brought, out uint gas) && brought >= amountOut)
                Keep(-((double)amount + gas * pricePerGas), ref best);
        });
        return -best;
    }

    private void Keep(double score, ref double best)
    {
        PathCount++;
        if (score <= best)
            return;
        best = score;
        BestHops = _walked.Count;
    }

    // The walked pools from the last to the first: an exact-out walk comes from the end.
    private bool TryPass(AssetId sell, AssetId buy, UInt256 amount, out UInt256 brought, out uint gas)
    {
        (brought, gas) = (amount, 0);
        for (int i = _walked.Count - 1; i >= 0; i--)
        {
            AssetId from = i == _walked.Count - 1 ? sell : _walked[i].Asset, to = i == 0 ? buy : _walked[i - 1].Asset;
            if (_walked[i].Pool.QuoteExactIn(from, to, in brought, out SwapQuote quote) != QuoteStatus.Exact)
                return false;
            brought = quote.AmountOut;
            gas += quote.Gas;
        }
        return true;
    }

    private void Walk(AssetId from, AssetId goal, UInt256 amount, uint gas, bool isExactOut, Action<UInt256, uint> found)
    {
        AssetId at = _walked.Count == 0 ? from : _walked[^1].Asset;
        foreach (Pool pool in pools)
            foreach (AssetId next in pool.Assets.ToArray())
            {
                if (!pool.Holds(at) || next == at || next == from || _walked.Any(step => step.Pool == pool || step.Asset == next))
                    continue;
                QuoteStatus status = isExactOut
                    ? pool.QuoteExactOut(next, at, in amount, out SwapQuote quote)
                    : pool.QuoteExactIn(at, next, in amount, out quote);
                if (status != QuoteStatus.Exact)
                    continue;
                UInt256 then = isExactOut ? quote.AmountInUsed : quote.AmountOut;
                _walked.Add((pool, next));
                if (next == goal)
                    found(then, gas + quote.Gas);
                else if (_walked.Count < OrderEvent.MaxHops)
                    Walk(from, goal, then, gas + quote.Gas, isExactOut, found);
                _walked.RemoveAt(_walked.Count - 1);
            }
    }
}
