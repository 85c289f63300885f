namespace FastRebalance.Execution;

// Another sender of the desk goes first: what this one has under way is given up as far as that can be.
public sealed partial class OrderExecutor
{
    /// <summary>
    /// Gives up what is under way and not mined: what has left is cancelled, what has not does not leave. It may still be mined first, and is then
    /// reported as ever; orders that come later are taken as ever. Any thread.
    /// </summary>
    /// <param name="reason">Why, for people.</param>
    public void Preempt(string reason) => _inbox.Writer.TryWrite(new ExecutorInput.Preempted(reason));

    private async Task OnPreemptedAsync(string reason, List<Submission.AccountAction> actions)
    {
        if (_judging is not null)
            _judging.Unwanted = reason;
        if (Interlocked.Exchange(ref _waiting, null) is { } waiting)
        {
            _waitedBlocks = _pendingWaits = 0;
            await RefuseAsync(new FollowedOrder(waiting), reason).ConfigureAwait(false);
        }
        while (_held.TryDequeue(out Order? held))
            await RefuseAsync(new FollowedOrder(held), reason).ConfigureAwait(false);
        foreach (FollowedOrder followed in _followed.Values)
            if (!followed.IsSettled && followed.Slot!.State != Submission.SlotState.Armed)
                _machine.Void(followed.Slot.Nonce, reason, actions);
    }
}
