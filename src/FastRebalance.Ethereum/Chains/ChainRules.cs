namespace FastRebalance.Ethereum.Chains;

/// <summary>A chain's manners: what its pools and sequencers take, and when its word holds.</summary>
public sealed record ChainRules
{
    /// <summary>Usual time from block to block.</summary>
    public required TimeSpan BlockTime { get; init; }

    /// <summary>Transactions can be seen before they are mined; a sequencer with a queue of its own shows none.</summary>
    public required bool HasPendingStream { get; init; }

    /// <summary>A transaction that offers more takes the place of one of the same nonce. Where not, an order is sent at one price and never raised.</summary>
    public required bool CanReplace { get; init; }

    /// <summary>How much more that is, in both fees. Without meaning where nothing is replaced.</summary>
    public required int BumpPercent { get; init; }

    /// <summary>The sequencer knows <c>eth_sendRawTransactionConditional</c>.</summary>
    public required bool HasConditionalSend { get; init; }

    /// <summary>A tip moves a transaction forward. Where not, none is offered.</summary>
    public required bool TakesTips { get; init; }

    /// <summary>The tip where recent blocks show less or nothing. In wei per gas.</summary>
    public required ulong MinTipWei { get; init; }

    /// <summary>Room that an offer leaves for the base fee to rise, in percent of it.</summary>
    public required int BaseFeeRoomPercent { get; init; }

    /// <summary>Blocks on top of an order's block before it is reported final and followed no longer.</summary>
    public required int FinalDepth { get; init; }

    /// <summary>Blocks on top of the one that made an order impossible before another may be sized.</summary>
    public required int ReleaseDepth { get; init; }

    /// <summary>Heads without inclusion after which an order is priced anew, where it may be.</summary>
    public required int RepriceAfterHeads { get; init; }

    /// <summary>Heads in a row without a trace of an order after which the same bytes are sent again.</summary>
    public required int ResendAfterHeads { get; init; }

    /// <summary>How the base fee moves.</summary>
    public BaseFeeRules BaseFee { get; init; } = BaseFeeRules.Ethereum;

    /// <summary>What the bytes cost on L1; null where they cost nothing of their own.</summary>
    public IDataFee? DataFee { get; init; }
}
