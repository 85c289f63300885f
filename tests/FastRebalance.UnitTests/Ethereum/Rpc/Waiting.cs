namespace FastRebalance.UnitTests.Ethereum.Rpc;

/// <summary>Waits for what another task brings about; a test that waits in vain fails by the generous limit.</summary>
internal static class Waiting
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(30);

    public static async Task UntilAsync(Func<bool> condition)
    {
        using CancellationTokenSource limit = new(s_limit);
        while (!condition())
            await Task.Delay(2, limit.Token);
    }
}
