using FastRebalance.Core.Assets;

namespace FastRebalance.Execution.Mempool.Decoding;

/// <summary>Calls of Permit2: allowances move nothing, transfers move tokens of ours past every pool.</summary>
internal static class Permit2Calls
{
    private static readonly SelectorTable<Call> s_permit2 = new(
        ("approve(address,address,uint160,uint48)", Call.Ignored),
        ("permit(address,((address,uint160,uint48,uint48),address,uint256),bytes)", Call.Ignored),
        ("permit(address,((address,uint160,uint48,uint48)[],address,uint256),bytes)", Call.Ignored),
        ("lockdown((address,address)[])", Call.Ignored),
        ("invalidateNonces(address,address,uint48)", Call.Ignored),
        ("invalidateUnorderedNonces(uint256,uint256)", Call.Ignored),
        ("transferFrom(address,address,uint160,address)", Call.Transfer),
        ("transferFrom((address,address,uint160,address)[])", Call.TransferMany),
        ("permitTransferFrom(((address,uint256),uint256,uint256),(address,uint256),address,bytes)", Call.PermitTransfer),
        ("permitTransferFrom(((address,uint256)[],uint256,uint256),(address,uint256)[],address,bytes)", Call.Ignored));

    private enum Call : byte
    {
        None = 0,
        Transfer,
        TransferMany,
        PermitTransfer,
        Ignored,
    }

    public static bool TryRead(ref EffectWriter writer, ReadOnlySpan<byte> input)
    {
        if (!s_permit2.TryFind(input, out Call call))
            return writer.Fail(DecodeVerdict.UnknownSelector);
        Arguments args = new(input[4..]);
        return call switch
        {
            Call.Transfer => args.Has(4) && Transfer(ref writer, args.Address(0), args.Address(1), args.Number(2), args.Address(3)),

            // (permitted token and amount, nonce, deadline), (to, requested), owner, signature
            Call.PermitTransfer => args.Has(8) && Transfer(ref writer, args.Address(6), args.Address(4), args.Number(5), args.Address(0)),
            Call.TransferMany => Many(ref writer, args),
            _ => true,
        } || writer.Malformed();
    }

    private static bool Many(ref EffectWriter writer, Arguments args)
    {
        if (!args.TryArray(0, 4, out int count, out Arguments each))
            return writer.Malformed();
        for (int i = 0; i < count; i++)
        {
            if (!writer.TryEnter())
                return false;
            if (!Transfer(ref writer, each.Address(4 * i), each.Address(4 * i + 1), each.Number(4 * i + 2), each.Address(4 * i + 3)))
                return false;
        }
        return true;
    }

    /// <summary>Only what leaves or reaches an account or a contract of ours counts.</summary>
    private static bool Transfer(ref EffectWriter writer, Address from, Address to, UInt256 amount, Address token)
    {
        AssetId asset = writer.Market.AssetOf(in token);
        if (asset.IsNone || !(IsOurs(ref writer, in from) || IsOurs(ref writer, in to)))
            return true;
        return writer.Add(new PendingEffect { Kind = EffectKind.Transfer, Role = WatchedRole.Permit2, Sell = asset, Amount = amount });
    }

    private static bool IsOurs(ref EffectWriter writer, in Address account) =>
        writer.Market.Watched.TryFind(in account, out WatchedRole role, out _)
        && role is WatchedRole.Own or WatchedRole.Executor or WatchedRole.Pool or WatchedRole.BalancerVault;
}
