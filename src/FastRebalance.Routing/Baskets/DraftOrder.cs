namespace FastRebalance.Routing.Baskets;

/// <summary>
/// Puts draft legs into an order in which each sells what is held or was brought before it. A token is sold from when everything that
/// flows into it has arrived; where flows run in a circle, one with holdings enough begins. Allocates nothing after it is made.
/// </summary>
internal sealed class DraftOrder(int maxTokens, int maxLegs)
{
    private readonly int[] _incoming = new int[maxTokens];
    private readonly double[] _balance = new double[maxTokens];
    private readonly bool[] _isDone = new bool[maxTokens];
    private readonly int[] _firstOfToken = new int[maxTokens];
    private readonly int[] _nextOfToken = new int[maxLegs];

    /// <summary>Tokens in the order in which they are sold from, as far as there is one; the rest as a circle was cut.</summary>
    public int[] Rank { get; } = new int[maxTokens];

    /// <summary>Positions of legs in their order.</summary>
    public int[] Legs { get; } = new int[maxLegs];

    public int Count { get; private set; }

    /// <summary>Orders the legs.</summary>
    /// <param name="drafts">The legs.</param>
    /// <param name="held">Base units of each token at the start.</param>
    /// <param name="mayCircle">Whether a circle that holdings can feed is let stand.</param>
    /// <returns>False where a circle is in the way; <see cref="Rank"/> then says which way to go round it.</returns>
    public bool TryOrder(ReadOnlySpan<DraftLeg> drafts, ReadOnlySpan<double> held, bool mayCircle)
    {
        int tokens = held.Length;
        Prepare(drafts, held);
        Count = 0;
        bool circles = false;
        for (int rank = 0; rank < tokens; rank++)
        {
            int token = NextFree(tokens);
            if (token < 0)
            {
                token = BestCovered(drafts, tokens, out double cover);
                circles |= !mayCircle || cover < 1;
            }
            _isDone[token] = true;
            Rank[token] = rank;
            for (int leg = _firstOfToken[token]; leg >= 0; leg = _nextOfToken[leg])
            {
                Legs[Count++] = leg;
                _incoming[drafts[leg].Buy]--;
            }
        }
        return !circles;
    }

    private void Prepare(ReadOnlySpan<DraftLeg> drafts, ReadOnlySpan<double> held)
    {
        int tokens = held.Length;
        Array.Clear(_incoming, 0, tokens);
        Array.Clear(_isDone, 0, tokens);
        Array.Fill(_firstOfToken, -1, 0, tokens);
        held.CopyTo(_balance);
        for (int i = drafts.Length - 1; i >= 0; i--)
        {
            _incoming[drafts[i].Buy]++;
            _nextOfToken[i] = _firstOfToken[drafts[i].Sell];
            _firstOfToken[drafts[i].Sell] = i;
        }
    }

    private int NextFree(int tokens)
    {
        for (int t = 0; t < tokens; t++)
            if (!_isDone[t] && _incoming[t] <= 0)
                return t;
        return -1;
    }

    /// <summary>Of the tokens in circles, the one whose holdings go farthest towards what is sold of it.</summary>
    private int BestCovered(ReadOnlySpan<DraftLeg> drafts, int tokens, out double cover)
    {
        int best = -1;
        cover = -1;
        for (int t = 0; t < tokens; t++)
        {
            if (_isDone[t])
                continue;
            double sold = 0;
            for (int leg = _firstOfToken[t]; leg >= 0; leg = _nextOfToken[leg])
                sold += drafts[leg].AmountIn;
            double covered = sold > 0 ? _balance[t] / sold : 0;
            if (covered > cover)
                (best, cover) = (t, covered);
        }
        return best;
    }
}
