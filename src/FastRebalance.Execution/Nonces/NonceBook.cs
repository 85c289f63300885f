namespace FastRebalance.Execution.Nonces;

/// <summary>
/// Owns the account's nonces: one order, one nonce. A nonce comes back only from an order that can no longer be mined, so two
/// orders never share one. Owned by the executor's loop.
/// </summary>
public sealed class NonceBook
{
    private bool _isOpen;

    /// <summary>The nonce of the next order.</summary>
    public ulong Next { get; private set; }

    /// <summary>The order that took the newest nonce; 0 for none.</summary>
    public ulong LastOrder { get; private set; }

    /// <param name="chainNonce">The account's nonce at the latest block, with nothing of the account waiting in the pool.</param>
    public void Open(ulong chainNonce)
    {
        Next = chainNonce;
        LastOrder = 0;
        _isOpen = true;
    }

    /// <summary>Binds the next nonce to the order.</summary>
    /// <exception cref="InvalidOperationException">The book was never opened.</exception>
    public ulong Take(ulong orderId)
    {
        if (!_isOpen)
            throw new InvalidOperationException("the nonce book is not open: the chain has not been asked yet");
        LastOrder = orderId;
        return Next++;
    }

    /// <summary>Frees a nonce again: nothing was ever sent with it, or what was sent can no longer be mined.</summary>
    /// <exception cref="InvalidOperationException">It is not the newest one, or another order's: a gap would open, or two orders would share one.</exception>
    public void GiveBack(ulong nonce, ulong orderId)
    {
        if (nonce + 1 != Next || orderId != LastOrder)
            throw new InvalidOperationException($"nonce {nonce} of order {orderId} cannot come back: the newest is {Next - 1} of order {LastOrder}");
        Next = nonce;
        LastOrder = 0;
    }

    /// <summary>Holds the chain's word against the book's while no order is under way.</summary>
    public NonceVerdict Compare(ulong chainNonce) =>
        chainNonce == Next ? NonceVerdict.Agrees : chainNonce > Next ? NonceVerdict.Foreign : NonceVerdict.Behind;
}
