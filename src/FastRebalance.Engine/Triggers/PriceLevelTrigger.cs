using FastRebalance.Core.Assets;
using FastRebalance.Core.Configuration;

namespace FastRebalance.Engine.Triggers;

/// <summary>
/// Fires while an asset's price is above a level, or below it, until an order has gone out. Then it is spent: for good, or until the
/// price has come back from the level by a margin.
/// </summary>
public sealed class PriceLevelTrigger : ITrigger
{
    private readonly int _asset;
    private readonly bool _isAbove;
    private readonly double _level;
    private readonly double _reArm;
    private State _state = State.Armed;
    private ulong _ordersBefore;

    /// <param name="options">Checked with <see cref="Options.Problems"/>.</param>
    /// <param name="symbols">Symbols of all assets, in order.</param>
    public PriceLevelTrigger(Options options, IReadOnlyList<string> symbols)
    {
        for (int i = 0; i < symbols.Count; i++)
            if (symbols[i] == options.Asset)
                _asset = i;
        _isAbove = options.Above > 0;
        _level = _isAbove ? options.Above : options.Below;
        double margin = new Bps(options.ReArmBps).Fraction;
        _reArm = margin == 0 ? double.NaN : _level * (1 + (_isAbove ? -margin : margin));
    }

    private enum State : byte
    {
        Armed,

        /// <summary>Over the level, and no order has gone out since.</summary>
        Firing,
        Spent,
    }

    public bool HasMemory => true;

    public bool Fires(RebalanceCycle cycle)
    {
        double price = PriceOf(cycle);
        ulong orders = cycle.Market.Orders.Count;
        if (_state == State.Firing && orders > _ordersBefore)
            _state = State.Spent;
        if (_state == State.Spent && IsBeyond(_reArm, price))
            _state = State.Armed;
        if (double.IsNaN(cycle.MaxDrift))
            return false;
        if (!IsBeyond(price, _level))
        {
            if (_state == State.Firing)
                _state = State.Armed; // it came back before an order was made of it
            return false;
        }
        if (_state == State.Armed)
            (_state, _ordersBefore) = (State.Firing, orders);
        return _state == State.Firing;
    }

    /// <summary>The way to the level while it is armed, and back to where it is armed again once it is spent.</summary>
    public TriggerFence Fence(RebalanceCycle cycle)
    {
        double next = _state == State.Spent ? _reArm : _level;
        return double.IsNaN(next) ? TriggerFence.Endless : new TriggerFence(Math.Abs((next / PriceOf(cycle)) - 1), long.MaxValue);
    }

    /// <summary>The price against the level, or against where it is armed again.</summary>
    public TriggerReading Read(RebalanceCycle cycle) => _state == State.Spent
        ? double.IsNaN(_reArm) ? TriggerReading.None : new TriggerReading(PriceOf(cycle), _reArm, TriggerUnit.Numeraire, _isAbove)
        : new TriggerReading(PriceOf(cycle), _level, TriggerUnit.Numeraire, !_isAbove);

    private double PriceOf(RebalanceCycle cycle) => cycle.Market.Prices[_asset];

    /// <summary>Never for a price that is unknown.</summary>
    private bool IsBeyond(double a, double b) => a > 0 && b > 0 && (_isAbove ? a > b : a < b);

    /// <summary>Options of <c>price-level</c>.</summary>
    public sealed record Options : IPluginOptions
    {
        /// <summary>Whose price; a symbol.</summary>
        public string Asset { get; set; } = "";

        /// <summary>Fires above this price, numeraire per whole token; 0 when <see cref="Below"/> is meant.</summary>
        public double Above { get; set; }

        /// <summary>Fires below this price, numeraire per whole token; 0 when <see cref="Above"/> is meant.</summary>
        public double Below { get; set; }

        /// <summary>Armed again when the price has come back from the level by so much; 0: it is spent once and for all.</summary>
        public double ReArmBps { get; set; }

        public IEnumerable<OptionProblem> Problems(IReadOnlyCollection<string> assets)
        {
            if (!assets.Contains(Asset))
                yield return new("asset", Asset.Length == 0 ? "nothing" : $"\"{Asset}\"", $"one of {string.Join(", ", assets)}");
            if (!(Above >= 0 && double.IsFinite(Above)))
                yield return new("above", $"{Above}", "a price above 0");
            if (!(Below >= 0 && double.IsFinite(Below)))
                yield return new("below", $"{Below}", "a price above 0");
            if (Above == 0 && Below == 0)
                yield return new("above", "no level", "above or below: a price above 0");
            if (Above > 0 && Below > 0)
                yield return new("below", "two levels", "either above or below");
            if (!(ReArmBps is >= 0 and < Bps.PerUnit))
                yield return new("reArmBps", $"{ReArmBps}", "a number from 0 (never again) and below 10000");
        }
    }
}
