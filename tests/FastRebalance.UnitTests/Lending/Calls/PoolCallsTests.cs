using FastRebalance.Core.Assets;
using FastRebalance.Ethereum.Encoding;
using FastRebalance.Lending.Calls;
using static FastRebalance.UnitTests.Lending.LendingSamples;

namespace FastRebalance.UnitTests.Lending.Calls;

/// <summary>The bytes against the general writer's; the selectors against the published ABI in the chain tests.</summary>
public sealed class PoolCallsTests
{
    private readonly byte[] _data = new byte[512];

    [Fact]
    public void TryBorrow_Numbers_EqualsTheGeneralWriter()
    {
        Assert.True(PoolCalls.TryBorrow(_data, AssetOf(Usdc), Usd(5), Owner, out int length));
        Assert.Equal(Written("borrow(address,uint256,uint256,uint16,address)", 5, (ref AbiWriter writer) =>
        {
            writer.WriteAddress(AssetOf(Usdc));
            writer.WriteUInt256(Usd(5));
            writer.WriteUInt64(2);
            writer.WriteUInt64(0);
            writer.WriteAddress(Owner);
        }), _data[..length]);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(32)]
    [InlineData(33)]
    public void TryFlashLoanSimple_ParametersOfAnyLength_EqualsTheGeneralWriter(int bytes)
    {
        byte[] parameters = [.. Enumerable.Range(1, bytes).Select(i => (byte)i)];
        Assert.True(PoolCalls.TryFlashLoanSimple(_data, Of(7), AssetOf(Weth), Ether(3), parameters, out int length));
        Assert.Equal(Written("flashLoanSimple(address,address,uint256,bytes,uint16)", 5, (ref AbiWriter writer) =>
        {
            writer.WriteAddress(Of(7));
            writer.WriteAddress(AssetOf(Weth));
            writer.WriteUInt256(Ether(3));
            writer.WriteBytes(parameters);
            writer.WriteUInt64(0);
        }), _data[..length]);
    }

    [Fact]
    public void TrySupply_SpanTooShort_IsRefused()
    {
        Assert.False(PoolCalls.TrySupply(new byte[PoolCalls.MostBytes - 33], AssetOf(Weth), Ether(1), Owner, out int length));
        Assert.Equal(0, length);
        Assert.False(PoolCalls.TrySetEMode([], 1, out _));
    }

    [Fact]
    public void Calls_Warm_AllocateNothing()
    {
        Write();
        AllocationWatch watch = new();
        while (watch.Next())
            Write();
        Assert.Equal(0, watch.LeastBytes);
    }

    private void Write()
    {
        Address asset = Owner;
        UInt256 amount = 5UL;
        PoolCalls.TrySupply(_data, in asset, in amount, in asset, out _);
        PoolCalls.TryWithdraw(_data, in asset, in amount, in asset, out _);
        PoolCalls.TryBorrow(_data, in asset, in amount, in asset, out _);
        PoolCalls.TryRepay(_data, in asset, in amount, in asset, out _);
        PoolCalls.TryRepayWithATokens(_data, in asset, in amount, out _);
        PoolCalls.TryUseAsCollateral(_data, in asset, true, out _);
        PoolCalls.TrySetEMode(_data, 1, out _);
        PoolCalls.TryFlashLoanSimple(_data, in asset, in asset, in amount, [], out _);
        PoolCalls.TryLiquidate(_data, in asset, in asset, in asset, in amount, false, out _);
    }

    private delegate void Arguments(ref AbiWriter writer);

    private static byte[] Written(string signature, int words, Arguments write)
    {
        byte[] data = new byte[512];
        AbiWriter writer = new(data);
        writer.BeginCall(AbiSelector.Of(signature), words);
        write(ref writer);
        Assert.True(writer.TryFinish(out int length));
        return data[..length];
    }
}
