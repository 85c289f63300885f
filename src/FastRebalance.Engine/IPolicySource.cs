using FastRebalance.Core.Events;

namespace FastRebalance.Engine;

/// <summary>
/// Where the engine gets the policy that a <see cref="MarketEventKind.Configuration"/> event names. Live it was built before the event was published,
/// and taking it costs a reference; a replay builds it from the text in the journal.
/// </summary>
public interface IPolicySource
{
    /// <summary>The policy of this change. Engine thread.</summary>
    /// <exception cref="InvalidOperationException">There is none: what follows could not be decided as it was meant, and the engine stops.</exception>
    ReadyPolicy Take(in ConfigurationChange change);
}
