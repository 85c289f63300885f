using FastRebalance.Core.Events;

namespace FastRebalance.Engine;

/// <summary>
/// The policy that the stages go by, one for all of them. It changes at a <see cref="MarketEventKind.Configuration"/> event and at nothing else, on the
/// thread that applies events: while a pass is with another stage, that thread waits for it.
/// </summary>
internal sealed class PolicyInForce
{
    private readonly RebalanceCycle _cycle;
    private readonly IPolicySource? _source;

    public PolicyInForce(RebalanceCycle cycle, PortfolioPolicy first, IPolicySource? source)
    {
        _cycle = cycle;
        _source = source;
        Now = new ReadyPolicy(first);
        MarksHighWater = Now.MarksHighWater;
    }

    public ReadyPolicy Now { get; private set; }

    /// <summary>Once a check has asked for the high-water mark it is kept on: one that asks again later finds no gap in it.</summary>
    public bool MarksHighWater { get; private set; }

    /// <summary>What trading has cost and moved, marks and pauses are the market's and the cycle's, and stay; only the rules are others.</summary>
    /// <exception cref="InvalidOperationException">Nobody has the policy that is asked for.</exception>
    public void Take(in ConfigurationChange change)
    {
        if (_source is null)
            throw new InvalidOperationException($"configuration {change.Generation} holds from here on, and nobody has its policy");
        Now = _source.Take(in change);
        MarksHighWater |= Now.MarksHighWater;
        _cycle.Bounds = Now.Economic.Bounds;
    }
}
