using FastRebalance.Core.Assets;
using FastRebalance.Devnet.Market;
using FastRebalance.Ethereum.Encoding;

namespace FastRebalance.ChainTests;

/// <summary>Calls of Balancer's V2 contracts as published in @balancer-labs/v2-deployments 3.2.0, for set-up and questions.</summary>
internal static class BalancerCalls
{
    private const int Capacity = 4096;

    public static byte[] CreateWeighted(Address[] tokens, UInt256[] weights, UInt256 fee, Address owner) => CallData.Of(
        "create(string,string,address[],uint256[],address[],uint256,address)", 7, (ref AbiWriter writer) =>
        {
            writer.WriteString("Pool");
            writer.WriteString("BPT");
            Write(ref writer, tokens);
            Write(ref writer, weights);
            Write(ref writer, new Address[tokens.Length]);
            writer.WriteUInt256(fee);
            writer.WriteAddress(owner);
        }, Capacity);

    public static byte[] CreateStable(
        Address[] tokens, ulong amplification, Address[] rateProviders, ulong rateSeconds, UInt256 fee, Address owner) =>
        CallData.Of("create(string,string,address[],uint256,address[],uint256[],bool[],uint256,address)", 9, (ref AbiWriter writer) =>
        {
            writer.WriteString("Pool");
            writer.WriteString("BPT");
            Write(ref writer, tokens);
            writer.WriteUInt64(amplification);
            Write(ref writer, rateProviders);
            Write(ref writer, [.. tokens.Select(_ => (UInt256)rateSeconds)]);
            Write(ref writer, new UInt256[tokens.Length]);
            writer.WriteUInt256(fee);
            writer.WriteAddress(owner);
        }, Capacity);

    /// <summary>The first join, which sets the balances; the share token has an amount of its own in a composable pool.</summary>
    public static byte[] Initialise(Hash32 poolId, Address account, Address[] tokens, UInt256[] amounts) =>
        Join(poolId, account, tokens, InitialAmounts(amounts));

    /// <summary>A later join of exact amounts, whatever share they give.</summary>
    public static byte[] Join(Hash32 poolId, Address account, Address[] tokens, UInt256[] amounts) =>
        Join(poolId, account, tokens, CallData.Creation([], 3, (ref AbiWriter writer) =>
        {
            writer.WriteUInt64(1);
            Write(ref writer, amounts);
            writer.WriteUInt64(0);
        }));

    public static byte[] OneNumber(string signature, UInt256 number) =>
        CallData.Of(signature, 1, (ref AbiWriter writer) => writer.WriteUInt256(number));

    public static byte[] StartAmplificationUpdate(ulong end, ulong unixSeconds) =>
        CallData.Of("startAmplificationParameterUpdate(uint256,uint256)", 2, (ref AbiWriter writer) =>
        {
            writer.WriteUInt64(end);
            writer.WriteUInt64(unixSeconds);
        });

    public static byte[] StopAmplificationUpdate() => CallData.Of("stopAmplificationParameterUpdate()", 0, (ref AbiWriter _) => { });

    private static byte[] Join(Hash32 poolId, Address account, Address[] tokens, byte[] userData) => CallData.Of(
        "joinPool(bytes32,address,address,(address[],uint256[],bytes,bool))", 4, (ref AbiWriter writer) =>
        {
            writer.WriteHash(poolId);
            writer.WriteAddress(account);
            writer.WriteAddress(account);
            AbiFrame request = writer.BeginTuple(4);
            Write(ref writer, tokens);
            Write(ref writer, [.. tokens.Select(_ => UInt256.MaxValue)]);
            writer.WriteBytes(userData);
            writer.WriteBool(false);
            writer.End(request);
        }, Capacity);

    /// <summary>One step; the answer is an array of two signed changes, positive for what the vault takes.</summary>
    public static byte[] Query(Hash32 poolId, Address sold, Address bought, UInt256 amount, bool isIn) => CallData.Of(
        "queryBatchSwap(uint8,(bytes32,uint256,uint256,uint256,bytes)[],address[],(address,bool,address,bool))", 7, (ref AbiWriter writer) =>
        {
            writer.WriteUInt64(isIn ? 0u : 1u);
            AbiFrame steps = writer.BeginArray(1, 1);
            AbiFrame step = writer.BeginTuple(5);
            writer.WriteHash(poolId);
            writer.WriteUInt64(0);
            writer.WriteUInt64(1);
            writer.WriteUInt256(amount);
            writer.WriteBytes([]);
            writer.End(step);
            writer.End(steps);
            Write(ref writer, [sold, bought]);
            writer.WriteAddress(Address.Zero);
            writer.WriteBool(false);
            writer.WriteAddress(Address.Zero);
            writer.WriteBool(false);
        }, Capacity);

    private static byte[] InitialAmounts(UInt256[] amounts) => CallData.Creation([], 2, (ref AbiWriter writer) =>
    {
        writer.WriteUInt64(0);
        Write(ref writer, amounts);
    });

    private static void Write(ref AbiWriter writer, Address[] addresses)
    {
        AbiFrame array = writer.BeginArray(addresses.Length, 1);
        foreach (Address address in addresses)
            writer.WriteAddress(address);
        writer.End(array);
    }

    private static void Write(ref AbiWriter writer, UInt256[] numbers)
    {
        AbiFrame array = writer.BeginArray(numbers.Length, 1);
        foreach (UInt256 number in numbers)
            writer.WriteUInt256(number);
        writer.End(array);
    }
}
