using FastRebalance.Amm;
using FastRebalance.Core.Assets;
using FastRebalance.Devnet.Market;
using FastRebalance.Ethereum.Rpc;

namespace FastRebalance.ChainTests;

/// <summary>A pool on the test chain, with what its makers know of it.</summary>
public sealed record AmmPoolUnderTest(
    string Kind, Address Token0, Address Token1, int Decimals0, int Decimals1, uint FeePips, int Spacing)
{
    public Address Address { get; private set; }

    /// <summary>Where the price started.</summary>
    public int CentreTick { get; set; }

    /// <summary>The position manager's numbers of the positions minted in this pool.</summary>
    public List<ulong> Positions { get; } = [];

    public bool IsV2 => Kind == UniswapV2Pool.KindName;

    public Address Token(bool first) => first ? Token0 : Token1;

    public async Task LocateAsync(AmmChain chain, Address v2Factory, Address v3Factory)
    {
        byte[] answer = IsV2
            ? await chain.Node.CallAsync(v2Factory, UniswapCalls.GetPair(Token0, Token1), BlockRef.Latest)
            : await chain.Node.CallAsync(v3Factory, UniswapCalls.GetPool(Token0, Token1, (int)FeePips), BlockRef.Latest);
        Address = new Address(answer.AsSpan(12));
        Assert.False(Address.IsZero);
    }

    public bool Equals(AmmPoolUnderTest? other) => ReferenceEquals(this, other);

    public override int GetHashCode() => System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(this);

    public override string ToString() => $"{Kind} {Decimals0}/{Decimals1} decimals, fee {FeePips}";
}
