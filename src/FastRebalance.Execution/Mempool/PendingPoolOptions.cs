namespace FastRebalance.Execution.Mempool;

/// <summary>How much of the public pool is remembered, and for how long.</summary>
public sealed record PendingPoolOptions
{
    /// <summary>Transactions kept at most; one takes about 300 bytes beside its effects.</summary>
    public int Capacity { get; init; } = 16_384;

    /// <summary>Transactions with effects kept at most.</summary>
    public int EffectCapacity { get; init; } = 2_048;

    /// <summary>Effects kept of one transaction; what does more is taken as unpredictable.</summary>
    public int EffectsEach { get; init; } = 12;

    /// <summary>Blocks after which a transaction that was not mined is forgotten: 20 minutes of a chain of 12 seconds.</summary>
    public ulong MaxAgeBlocks { get; init; } = 100;

    /// <summary>Transactions of one sender that may stand before another and still let it count as executable.</summary>
    public int MaxChain { get; init; } = 16;

    /// <summary>
    /// A node pushes what became executable: of a sender whose nonce is not known, the lowest one seen counts as next.
    /// </summary>
    public bool TrustsPromotion { get; init; } = true;

    /// <exception cref="ArgumentException">A number makes no sense.</exception>
    public void Validate()
    {
        if (Capacity < 16 || EffectCapacity < 1 || EffectCapacity > Capacity || EffectsEach is < 1 or > byte.MaxValue || MaxAgeBlocks == 0 || MaxChain < 0)
            throw new ArgumentException($"a pending pool of {this} cannot be: capacity from 16, effects from 1 to 255 each, an age above 0");
    }
}
