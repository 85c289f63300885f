using FastRebalance.Core.Assets;
using FastRebalance.Core.Results;
using FastRebalance.Execution;

namespace FastRebalance.ChainTests;

/// <summary>
/// Reorganisations of a real chain with our fill in the lowest block that they replace. Whatever the new branch holds of it, the canonical
/// blocks fill the decision once or not at all, the holdings show exactly that, and so do the books.
/// </summary>
public sealed class SubmitterReorgTests
{
    private const int ReleaseDepth = 2;

    /// <summary>Depth, and whether the executor contract runs the orders or the router.</summary>
    public static TheoryData<int, bool> Depths => new() { { 1, true }, { 2, true }, { 7, true }, { 64, true }, { 2, false } };

    // Somebody sold WETH before us on the new branch: the same bytes bring more than they did, and the books must say so.
    [Theory]
    [MemberData(nameof(Depths))]
    public async Task Reorg_SameBytesInALaterBlock_OneFillAtTheNewPrice(int depth, bool withContract)
    {
        await using SubmitterDesk desk = await FilledAsync(depth, withContract);
        Hash32 fill = desk.First.TransactionHash;

        await desk.ReorgAsync(
            depth, desk.Rival("WETH", "USDC", UInt256.PowerOfTen(19), 0), desk.Ours(fill, Math.Min(1, depth - 1)));
        await desk.Desk.UntilAsync(() => desk.Fills.Length == 2);

        Assert.Equal([SubmitStatus.Submitted, SubmitStatus.Included, SubmitStatus.Reorged, SubmitStatus.Included], desk.Told);
        Assert.True(desk.Fills[1].Received > desk.Fills[0].Received, "the new branch gave no better price");
        Assert.All(desk.Wire.Sent, hash => Assert.Equal(fill, hash));
        await EndsFinalAsync(desk, fills: 1);
    }

    // This node puts nothing of an old branch back into its pool.
    [Theory]
    [MemberData(nameof(Depths))]
    public async Task Reorg_PoolLostIt_SameBytesSentAgainAndNoNewDecision(int depth, bool withContract)
    {
        await using SubmitterDesk desk = await FilledAsync(depth, withContract);
        Hash32 fill = desk.First.TransactionHash;
        ulong nonce = desk.First.Nonce!.Value;
        await desk.Desk.AutomineAsync(false);

        await desk.ReorgAsync(depth);
        await desk.Desk.UntilAsync(() => desk.Told.Contains(SubmitStatus.Reorged));
        await desk.RequireRefusedAsync(2);
        await desk.MineUntilAsync(() => desk.First.Status == SubmitStatus.Included);

        Assert.Equal([SubmitStatus.Submitted, SubmitStatus.Included, SubmitStatus.Reorged, SubmitStatus.Included], desk.First.History);
        Assert.True(desk.Wire.Sent.Length >= 2);
        Assert.All(desk.Wire.Sent, hash => Assert.Equal(fill, hash));
        Assert.Equal(nonce + 1, await desk.NonceAsync());
        Assert.Equal(2, desk.Fills.Length);
        await EndsFinalAsync(desk, fills: 1);
    }

    [Theory]
    [MemberData(nameof(Depths))]
    public async Task Reorg_AnotherRungIsMined_IsTheOneFill(int depth, bool withContract)
    {
        await using SubmitterDesk desk = await SubmitterDesk.StartAsync(withContract);
        desk.Desk.Setup = desk.Desk.Setup with { RepriceAfterHeads = 1, ResendAfterHeads = 500 };
        desk.Wire.Lets = static _ => false;
        await desk.RunAsync();
        await desk.Desk.AutomineAsync(false);
        Hash32 lower = await desk.OrderAsync();
        await desk.MineUntilAsync(() => desk.Wire.Sent.Distinct().Count() > 1);
        Hash32 higher = desk.Wire.Sent[^1];
        await desk.PutInPoolAsync(higher);
        await desk.MineUntilAsync(() => desk.First.Status == SubmitStatus.Included);
        Assert.Equal(higher, desk.First.TransactionHash);
        ulong onTop = await desk.Desk.Node.BlockNumberAsync(ExecutionDesk.Cancellation) - desk.First.IncludedBlock;
        await desk.MineAsync(depth - 1 - (int)onTop);
        int known = desk.Wire.Sent.Distinct().Count();
        desk.Wire.Lets = static _ => true;

        await desk.ReorgAsync(Math.Max(depth, (int)onTop + 1), desk.Ours(lower, 0));
        await desk.Desk.UntilAsync(() => desk.First.TransactionHash == lower && desk.First.Status == SubmitStatus.Included);

        Assert.Equal([SubmitStatus.Included, SubmitStatus.Reorged, SubmitStatus.Included], desk.Told.TakeLast(3));
        Assert.Equal(known, desk.Wire.Sent.Distinct().Count());
        Assert.Equal(2, desk.Fills.Length);
        await EndsFinalAsync(desk, fills: 1);
    }

    // A revert is told only once it lies so deep that it is not expected to be taken back; then another decision may be made.
    [Theory]
    [MemberData(nameof(Depths))]
    public async Task Reorg_RevertsOnTheNewBranch_ToldWhenDeepAndOnlyThenANewDecision(int depth, bool withContract)
    {
        await using SubmitterDesk desk = await FilledAsync(depth, withContract);
        Hash32 fill = desk.First.TransactionHash;

        await desk.ReorgAsync(
            depth, desk.Rival("USDC", "WETH", 50_000_000_000, 0), desk.Ours(fill, depth - 1));
        await desk.Desk.UntilAsync(() => desk.Told.Contains(SubmitStatus.Reorged) && desk.First.IncludedBlock != 0 && desk.First.Reason.Length > 0);
        Assert.False((await desk.ReceiptAsync(fill))!.Succeeded);
        await desk.MineSlowlyAsync(ReleaseDepth - 1);
        await desk.RequireRefusedAsync(2);
        Assert.DoesNotContain(SubmitStatus.Reverted, desk.First.History);
        await desk.Desk.MineAsync();
        await desk.Desk.UntilAsync(() => desk.First.Status == SubmitStatus.Reverted);

        Assert.Equal([SubmitStatus.Submitted, SubmitStatus.Included, SubmitStatus.Reorged, SubmitStatus.Reverted], desk.First.History);
        Assert.All(desk.Wire.Sent, hash => Assert.Equal(fill, hash));
        await desk.RequireHoldingsAsync(fills: 0);
        await desk.OrderAsync(3, desk.OtherLeg());
        await desk.Desk.UntilAsync(() => desk.StatusOf(3) == SubmitStatus.Included);
        if (withContract)
            Assert.Equal((0, 1), (await desk.CanonicalFillsAsync(1), await desk.CanonicalFillsAsync(3)));
    }

    // It reverted behind somebody else's trade, and that trade is not on the new branch.
    [Theory]
    [MemberData(nameof(Depths))]
    public async Task Reorg_WhatRevertedFills_OneFill(int depth, bool withContract)
    {
        await using SubmitterDesk desk = await SubmitterDesk.StartAsync(withContract);
        await desk.RunAsync();
        await desk.Desk.AutomineAsync(false);
        await desk.RivalAsync("USDC", "WETH", 50_000_000_000);
        Hash32 fill = await desk.OrderAsync();
        await desk.Desk.MineAsync();
        await desk.Desk.UntilAsync(() => desk.First.IncludedBlock != 0 && desk.First.Reason.Length > 0);
        await desk.MineAsync(depth - 1);
        bool wasTold = depth > ReleaseDepth;
        if (wasTold)
            await desk.Desk.UntilAsync(() => desk.First.Status == SubmitStatus.Reverted);
        await desk.RequireHoldingsAsync(fills: 0);

        await desk.ReorgAsync(depth, desk.Ours(fill, 0));
        await desk.Desk.UntilAsync(() => desk.First.Status == SubmitStatus.Included);

        SubmitStatus[] between = wasTold ? [SubmitStatus.Reverted, SubmitStatus.Reorged] : [];
        Assert.Equal([SubmitStatus.Submitted, .. between, SubmitStatus.Included], desk.Told);
        Assert.All(desk.Wire.Sent, hash => Assert.Equal(fill, hash));
        Assert.Single(desk.Fills);
        await EndsFinalAsync(desk, fills: 1);
    }

    // What was final has gone: nothing that was settled by it is, and no machine can tell what to do.
    [Fact]
    public async Task Reorg_BelowTheFinalBlock_HaltsAndNotOneByteAfter()
    {
        const int depth = 72;
        await using SubmitterDesk desk = await FilledAsync(depth, withContract: true);
        await desk.MineSlowlyAsync(2);

        await desk.ReorgAsync(depth + 2);
        await desk.Desk.UntilAsync(() => desk.Executor.State == ExecutorState.Faulted);
        Assert.Contains("final", desk.Executor.StopReason);
        int sent = desk.Wire.Sent.Length;
        await desk.MineSlowlyAsync(5);

        Assert.Equal(sent, desk.Wire.Sent.Length);
        await desk.RequireRefusedAsync(2);
    }

    /// <summary>A desk whose fill lies in the lowest of so many blocks.</summary>
    private static async Task<SubmitterDesk> FilledAsync(int depth, bool withContract)
    {
        SubmitterDesk desk = await SubmitterDesk.StartAsync(withContract);
        await desk.RunAsync();
        await desk.OrderAsync();
        await desk.Desk.UntilAsync(() => desk.First.Status == SubmitStatus.Included);
        await desk.MineAsync(depth - 1);
        return desk;
    }

    private static async Task EndsFinalAsync(SubmitterDesk desk, int fills)
    {
        await desk.RequireHoldingsAsync(fills);
        await desk.MineAsync(desk.Desk.Setup.FinalDepth + 1);
        await desk.MineUntilAsync(() => desk.First.Status == SubmitStatus.Final);
        await desk.RequireHoldingsAsync(fills);
    }
}
