using FastRebalance.Ethereum.Rpc;

namespace FastRebalance.MarketData.Feeds;

/// <summary>
/// The tip that recent blocks were content with: the middle of their median tips, blocks without transactions left out. Asked
/// beside the feed's way, so a head never waits for it: it carries the last answer known.
/// </summary>
internal sealed class TipGauge(IChainView chain, ulong defaultTipWei)
{
    private const int Blocks = 10;
    private const double Percentile = 50;

    private ulong _tipWei = defaultTipWei;
    private Task _asking = Task.CompletedTask;

    public ulong TipWei => Volatile.Read(ref _tipWei);

    /// <summary>Asks anew unless an answer is still awaited. Called by the feed only.</summary>
    public void Refresh(CancellationToken cancellation)
    {
        if (_asking.IsCompleted)
            _asking = AskAsync(cancellation);
    }

    /// <summary>Ends when nothing is awaited any more.</summary>
    public Task SettleAsync() => _asking;

    private async Task AskAsync(CancellationToken cancellation)
    {
        try
        {
            FeeHistory history = await chain.FeeHistoryAsync(Blocks, Percentile, cancellation).ConfigureAwait(false);
            if (TryMiddle(history, out ulong tip))
                Volatile.Write(ref _tipWei, tip);
        }
        catch (Exception error) when (error is RpcTransportException or RpcErrorException or OperationCanceledException)
        {
            // The last answer stays: a tip that is some blocks old is better than a head that is late.
        }
    }

    internal static bool TryMiddle(FeeHistory history, out ulong tip)
    {
        List<ulong> tips = [];
        for (int i = 0; i < history.RewardWei.Length && i < history.GasUsedRatio.Length; i++)
            if (history.GasUsedRatio[i] > 0 && history.RewardWei[i].Length > 0)
                tips.Add(history.RewardWei[i][0]);
        tips.Sort();
        tip = tips.Count > 0 ? tips[tips.Count / 2] : 0;
        return tips.Count > 0;
    }
}
