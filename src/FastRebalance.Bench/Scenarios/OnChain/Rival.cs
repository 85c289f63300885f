using FastRebalance.Core.Assets;
using FastRebalance.Ethereum.Contracts;
using FastRebalance.Ethereum.Rpc;
using FastRebalance.Lending.Calls;

namespace FastRebalance.Bench.Scenarios.OnChain;

/// <summary>A liquidator who looks at the desk's health at every head and, as soon as it is below one, sends a liquidation at a high tip.</summary>
internal sealed class Rival : IAsyncDisposable
{
    private const ulong Gas = 1_500_000;
    private const ulong TipWei = 60_000_000_000;

    private readonly ChainWorld _world;
    private readonly Address _account;
    private readonly CancellationTokenSource _stop = new();
    private Task _work = Task.CompletedTask;

    private Rival(ChainWorld world) => (_world, _account) = (world, world.Manifest.Account("spare-1"));

    /// <summary>Times that it saw the desk below one.</summary>
    public int Tries { get; private set; }

    /// <summary>Has what it takes to repay any debt of the desk's.</summary>
    public static async Task<Rival> StartAsync(ChainWorld world, CancellationToken cancellation)
    {
        Rival rival = new(world);
        Address usdc = world.Manifest.Token("USDC").Address;
        await world.DoAsync(world.Manifest.Account("deployer"), usdc, Erc20.Transfer(rival._account, 1_000_000_000_000), cancellation).ConfigureAwait(false);
        await world.DoAsync(rival._account, usdc, Erc20.Approve(world.Manifest.Contract("aavePool"), UInt256.MaxValue), cancellation).ConfigureAwait(false);
        RpcSubscription<BlockHeader> heads = await world.Node.SubscribeHeadsAsync(cancellation).ConfigureAwait(false);
        rival._work = Task.Run(() => rival.WorkAsync(heads), CancellationToken.None);
        return rival;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _work.ConfigureAwait(false);
        _stop.Dispose();
    }

    private async Task WorkAsync(RpcSubscription<BlockHeader> heads)
    {
        byte[] data = new byte[PoolCalls.MostBytes];
        if (!PoolCalls.TryLiquidate(
            data, _world.Manifest.Token("WETH").Address, _world.Manifest.Token("USDC").Address, _world.Vault, UInt256.MaxValue, false, out int length))
            throw new InvalidOperationException("the liquidation was not written whole");
        try
        {
            await foreach (SubscriptionItem<BlockHeader> item in heads.Items.ReadAllAsync(_stop.Token).ConfigureAwait(false))
            {
                if (item.Value is null || await _world.HealthAsync(_stop.Token).ConfigureAwait(false) >= 1)
                    continue;
                Tries++;
                await _world.SendAsync(_account, _world.Manifest.Contract("aavePool"), data[..length], Gas, _stop.Token, TipWei).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // Asked to stop.
        }
        finally
        {
            await heads.DisposeAsync().ConfigureAwait(false);
        }
    }
}
