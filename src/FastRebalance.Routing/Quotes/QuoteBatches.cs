using FastRebalance.Native;

namespace FastRebalance.Routing.Quotes;

/// <summary>Chooses among the batches of quotes.</summary>
public static class QuoteBatches
{
    /// <summary>The native batch where its library is there and can, else the managed twin, which gives the same quotes.</summary>
    /// <param name="reason">One line for the log: which one serves, and why.</param>
    public static IQuoteBatch Best(out string reason)
    {
        if (AmmQuotes.IsAvailable(out string why))
        {
            reason = "native quotes";
            return new NativeQuoteBatch();
        }
        reason = $"managed quotes: {why}";
        return new ManagedQuoteBatch();
    }
}
