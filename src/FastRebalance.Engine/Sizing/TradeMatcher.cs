using FastRebalance.Core.Assets;
using FastRebalance.Core.Events;
using FastRebalance.Engine.Triggers;

namespace FastRebalance.Engine.Sizing;

/// <summary>
/// Makes trades of what each asset has too much or too little, inside the constraints. What is over is sold straight into what is under,
/// largest with largest and the lower index first among equals, so n assets need at most n-1 trades, every trade spends only what is held,
/// whatever the order in which they run, and no fee is paid for a stop-over. Owned by one sizer; allocates nothing after construction.
/// </summary>
/// <remarks>
/// When it ends, the largest surplus or the largest lack is below the smallest trade (or there is no room for more trades). An asset whose
/// target is zero is sold to the last unit by the trade that would leave next to nothing of it.
/// </remarks>
public sealed class TradeMatcher
{
    // What is left of an exit by rounding alone, as a share of it.
    private const double RoundingShare = 1e-9;

    private readonly SizingConstraints _constraints;
    private readonly double _minTrade;
    private readonly double[] _surplus;
    private readonly UInt256[] _sellable;

    /// <param name="constraints">What to keep to.</param>
    /// <param name="minTradeNumeraire">The sizer's own smallest trade.</param>
    public TradeMatcher(SizingConstraints constraints, double minTradeNumeraire)
    {
        _constraints = constraints;
        _minTrade = Math.Max(minTradeNumeraire, constraints.MinTradeNumeraire);
        _surplus = new double[constraints.AssetCount];
        _sellable = new UInt256[constraints.AssetCount];
    }

    /// <summary>Numeraire to sell of each asset; below zero, to buy. The sizer writes it, matching uses it up.</summary>
    public Span<double> Surplus => _surplus;

    /// <summary>Adds the trades to the cycle.</summary>
    /// <param name="cycle">The pass.</param>
    /// <param name="cashIsResidual">
    /// True: whatever the sizer wrote for it, cash takes what the others leave over. It always does when a constraint has cut something; but
    /// where an asset may not be sold, cash is not spent below its target in its stead.
    /// </param>
    /// <param name="cashBand">With a residual: fraction that cash may be from its target before others help it.</param>
    public void Match(RebalanceCycle cycle, bool cashIsResidual = false, double cashBand = double.PositiveInfinity)
    {
        Constrain(cycle, cashIsResidual, cashBand);
        for (int i = 0; i < _sellable.Length; i++)
            _sellable[i] = Sellable(cycle, i);

        while (cycle.HasRoomForTrade)
        {
            int over = IndexOfLargest(_surplus, +1);
            int under = IndexOfLargest(_surplus, -1);
            double matched = Math.Min(_surplus[over], -_surplus[under]);
            if (!(matched >= SmallestTrade(cycle, over)))
                return;
            AddTrade(cycle, over, under, matched);
            _surplus[over] -= matched;
            _surplus[under] += matched;
        }
    }

    private void AddTrade(RebalanceCycle cycle, int over, int under, double matched)
    {
        ref UInt256 available = ref _sellable[over];
        if (IsLastOfExit(cycle, over, matched) && TradeAmounts.TryMakeWhole(cycle, over, under, matched, in available, out Trade trade))
        {
            _surplus[over] = matched; // nothing of it is left to match
        }
        else if (!TradeAmounts.TryMake(
            cycle, _constraints.Lots, over, under, Math.Min(matched, cycle.Bounds.MaxTradeNumeraire), in available, out trade))
        {
            return;
        }
        available -= trade.AmountIn;
        cycle.Add(in trade);
    }

    private bool IsLastOfExit(RebalanceCycle cycle, int asset, double matched)
    {
        double worth = TradeAmounts.Worth(cycle.Market, asset, in _sellable[asset]);
        return IsExit(cycle, asset) && worth - matched <= Math.Max(_constraints.DustNumeraire, RoundingShare * worth);
    }

    private static bool IsExit(RebalanceCycle cycle, int asset) => cycle.Targets[asset] == 0 && asset != cycle.Numeraire.Index;

    private double SmallestTrade(RebalanceCycle cycle, int over) =>
        _constraints.DustNumeraire > 0 && IsExit(cycle, over) ? Math.Min(_minTrade, SellingCost(cycle)) : _minTrade;

    /// <summary>Below this an exit does not pay.</summary>
    private double SellingCost(RebalanceCycle cycle) => Math.Max(_constraints.DustNumeraire, LegGas(cycle));

    private static double LegGas(RebalanceCycle cycle) => GasCost.Numeraire(cycle.Market, GasCost.UsualUnits / 2);

    private void Constrain(RebalanceCycle cycle, bool cashIsResidual, double cashBand)
    {
        int cash = cycle.Numeraire.Index;
        bool isCut = false;
        for (int i = 0; i < _surplus.Length; i++)
            isCut |= Cut(ref _surplus[i], Called(cycle, i));
        // Where a whole asset is left out, or lands short of its target, cash is kept inside a band of its own.
        double band = _constraints.DriftedBand > 0 ? Math.Min(cashBand, _constraints.DriftedBand) : cashBand;
        if (isCut || cashIsResidual)
            HelpCash(cycle, cash, band);
        double called = -SumOfOthers(cash);
        bool isForbidden = false;
        for (int i = 0; i < _surplus.Length; i++)
            if (i != cash)
                isForbidden |= Cut(ref _surplus[i], Permitted(cycle, i, _surplus[i]));
        if (isCut || isForbidden || cashIsResidual)
            _surplus[cash] = -SumOfOthers(cash);
        // What may not be sold does not make cash be spent below its target for the others.
        if (isForbidden)
            _surplus[cash] = Math.Min(_surplus[cash], Math.Max(0, Math.Max(called, cycle.Drift[cash] * cycle.TotalNumeraire)));
        _surplus[cash] = PermittedCash(cycle, cash, _surplus[cash]);
    }

    /// <summary>What the asset itself calls for: nothing inside the band, all of it where it should not be held at all.</summary>
    private double Called(RebalanceCycle cycle, int asset)
    {
        double wanted = _surplus[asset];
        if (!double.IsFinite(wanted))
            return 0;
        if (_constraints.DustNumeraire > 0 && IsExit(cycle, asset) && cycle.Values[asset] > SellingCost(cycle))
            return cycle.Values[asset];
        bool isDrifted = _constraints.DriftedBand == 0 || Math.Abs(cycle.Drift[asset]) > _constraints.DriftedBand;
        return isDrifted || asset == cycle.Numeraire.Index ? wanted : 0;
    }

    /// <summary>
    /// What the residual would leave cash outside its band by goes to the assets on the other side, in proportion to the drift that they have
    /// left: no asset goes across its target by it.
    /// </summary>
    private void HelpCash(RebalanceCycle cycle, int cash, double band)
    {
        double total = cycle.TotalNumeraire;
        double left = (cycle.Drift[cash] * total) + SumOfOthers(cash);
        double gap = Math.Abs(left) - (band * total);
        if (!(gap > 0))
            return;
        int side = Math.Sign(left);
        double helpers = 0;
        for (int i = 0; i < _surplus.Length; i++)
            helpers += HelpOf(cycle, i, cash, side);
        double share = Math.Min(1, gap / helpers);
        for (int i = 0; i < _surplus.Length; i++)
            if (HelpOf(cycle, i, cash, side) is > 0 and double help)
                _surplus[i] -= side * help * share;
    }

    /// <summary>What the asset may still trade towards its target so that cash moves to its own.</summary>
    private double HelpOf(RebalanceCycle cycle, int asset, int cash, int side)
    {
        double left = (cycle.Drift[asset] * cycle.TotalNumeraire) - _surplus[asset];
        bool mayHelp = asset != cash && double.IsFinite(left) && !(side > 0 ? _constraints.NoBuy[asset] : _constraints.NoSell[asset]);
        return mayHelp ? Math.Max(0, -side * left) : 0;
    }

    private double Permitted(RebalanceCycle cycle, int asset, double wanted)
    {
        if (wanted > 0)
            return _constraints.NoSell[asset] || IsNotWorthIt(cycle, asset, wanted) ? 0 : wanted;
        if (_constraints.NoBuy[asset] || IsNotWorthIt(cycle, asset, -wanted))
            return 0;
        double room = (_constraints.MaxWeights[asset] * cycle.TotalNumeraire) - cycle.Values[asset];
        return Math.Max(wanted, -Math.Max(0, room));
    }

    private bool IsNotWorthIt(RebalanceCycle cycle, int asset, double wanted)
    {
        if (IsExit(cycle, asset))
            return _constraints.DustNumeraire > 0 && cycle.Values[asset] <= SellingCost(cycle);
        if (!_constraints.GasOverCost || !cycle.Market.Plan.Has(PlanParts.Regions))
            return false;
        double cost = cycle.Market.Plan.Assets[asset].Cost;
        return cost > 0 && wanted < LegGas(cycle) / cost;
    }

    private double PermittedCash(RebalanceCycle cycle, int cash, double wanted)
    {
        if (!double.IsFinite(cycle.Drift[cash]))
            return 0;
        if (wanted < 0)
            return _constraints.NoBuy[cash] ? 0 : wanted;
        if (_constraints.NoSell[cash])
            return 0;
        double spendable = cycle.Values[cash] - (_constraints.CashBuffer * cycle.TotalNumeraire);
        return _constraints.CashBuffer > 0 ? Math.Max(0, Math.Min(wanted, spendable)) : wanted;
    }

    /// <summary>Units that may go: what is held, of cash only what is above the buffer.</summary>
    private UInt256 Sellable(RebalanceCycle cycle, int asset)
    {
        UInt256 held = cycle.Market.Holdings[asset];
        if (asset != cycle.Numeraire.Index || _constraints.CashBuffer == 0)
            return held;
        double buffer = Math.Ceiling(_constraints.CashBuffer * cycle.TotalNumeraire * cycle.Market.UnitsPerToken[asset]);
        return UInt256.TryFromDoubleFloor(buffer, out UInt256 kept) && UInt256.TrySubtract(held, kept, out UInt256 above) ? above : UInt256.Zero;
    }

    private double SumOfOthers(int cash)
    {
        double sum = 0;
        for (int i = 0; i < _surplus.Length; i++)
            if (i != cash)
                sum += _surplus[i];
        return sum;
    }

    private static bool Cut(ref double surplus, double allowed)
    {
        if (surplus == allowed)
            return false;
        surplus = allowed;
        return true;
    }

    private static int IndexOfLargest(double[] values, int sign)
    {
        int best = 0;
        for (int i = 1; i < values.Length; i++)
            if (sign * values[i] > sign * values[best])
                best = i;
        return best;
    }
}
