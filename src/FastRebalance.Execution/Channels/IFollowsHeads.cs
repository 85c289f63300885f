namespace FastRebalance.Execution.Channels;

/// <summary>A channel that goes by the chain's height. One that is never told asks its node, which costs a round trip for each transaction.</summary>
public interface IFollowsHeads
{
    /// <summary>A new head, or one that took another's place. Returns at once; any thread.</summary>
    void OnHead(ulong number, long timestampSeconds);
}
