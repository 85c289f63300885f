using FastRebalance.Core.Assets;
using FastRebalance.Ethereum.Encoding;

namespace FastRebalance.Ethereum.Contracts;

/// <summary>What set-up asks of a lending market (Aave V3) and gives there. It allocates.</summary>
public static class AaveCalls
{
    // Words of the pool's answer about a reserve.
    private const int ATokenWord = 8;
    private const int DebtTokenWord = 10;

    /// <summary>To the market's registry; answered by an address.</summary>
    public static byte[] GetPool() => Write("getPool()", []);

    /// <summary>To the pool; read by <see cref="TryReadTokens"/>.</summary>
    public static byte[] ReserveData(in Address asset) => Write("getReserveData(address)", [asset]);

    /// <summary>False where the answer is none of a pool.</summary>
    public static bool TryReadTokens(ReadOnlySpan<byte> answer, out ReserveTokens tokens)
    {
        tokens = default;
        if (answer.Length < (DebtTokenWord + 1) * AbiWriter.WordLength)
            return false;
        tokens = new ReserveTokens(AddressAt(answer, ATokenWord), AddressAt(answer, DebtTokenWord));
        return true;
    }

    /// <summary>To a debt token; answered by a uint256: what the other may still borrow on the account's behalf.</summary>
    public static byte[] BorrowAllowance(in Address account, in Address delegatee) => Write("borrowAllowance(address,address)", [account, delegatee]);

    /// <summary>To a debt token: lets the other borrow so much on the caller's behalf.</summary>
    public static byte[] ApproveDelegation(in Address delegatee, in UInt256 amount) =>
        Write("approveDelegation(address,uint256)", [delegatee], amount);

    private static Address AddressAt(ReadOnlySpan<byte> words, int index) =>
        new(words.Slice((index + 1) * AbiWriter.WordLength - Address.Length, Address.Length));

    private static byte[] Write(string signature, ReadOnlySpan<Address> addresses, UInt256? amount = null)
    {
        int words = addresses.Length + (amount is null ? 0 : 1);
        byte[] data = new byte[AbiSelector.Length + words * AbiWriter.WordLength];
        AbiWriter writer = new(data);
        writer.BeginCall(AbiSelector.Of(signature), words);
        foreach (ref readonly Address address in addresses)
            writer.WriteAddress(in address);
        if (amount is { } value)
            writer.WriteUInt256(in value);
        return writer.TryFinish(out _) ? data : throw new InvalidOperationException("the words written are not those announced");
    }
}
