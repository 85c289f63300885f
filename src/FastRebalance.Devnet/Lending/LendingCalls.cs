using FastRebalance.Core.Assets;
using FastRebalance.Devnet.Market;
using FastRebalance.Ethereum.Encoding;

namespace FastRebalance.Devnet.Lending;

/// <summary>The calls that set the lending market up.</summary>
internal static class LendingCalls
{
    /// <summary>Any call whose arguments are addresses alone.</summary>
    public static byte[] WithAddresses(string signature, params Address[] arguments) =>
        CallData.Of(signature, arguments.Length, (ref writer) =>
        {
            foreach (Address argument in arguments)
                writer.WriteAddress(argument);
        });

    /// <summary>A call about a reserve with numbers behind its address.</summary>
    public static byte[] OfReserve(string signature, Address asset, params ulong[] numbers) =>
        CallData.Of(signature, 1 + numbers.Length, (ref writer) =>
        {
            writer.WriteAddress(asset);
            foreach (ulong number in numbers)
                writer.WriteUInt64(number);
        });

    /// <summary>One reserve with its three tokens, whose names begin as the published deployments' do.</summary>
    public static byte[] InitReserve(
        Address aToken, Address stableDebt, Address variableDebt, Address strategy, Address asset, Address treasury, string symbol, int decimals) =>
        CallData.Of(
            "initReserves((address,address,address,uint8,address,address,address,address,string,string,string,string,string,string,bytes)[])", 1,
            (ref writer) =>
            {
                AbiFrame list = writer.BeginArray(1, 1);
                AbiFrame reserve = writer.BeginTuple(15);
                writer.WriteAddress(aToken);
                writer.WriteAddress(stableDebt);
                writer.WriteAddress(variableDebt);
                writer.WriteUInt64((ulong)decimals);
                writer.WriteAddress(strategy);
                writer.WriteAddress(asset);
                writer.WriteAddress(treasury);
                writer.WriteAddress(Address.Zero);
                writer.WriteString($"Aave Devnet {symbol}");
                writer.WriteString($"a{symbol}");
                writer.WriteString($"Aave Devnet Variable Debt {symbol}");
                writer.WriteString($"variableDebt{symbol}");
                writer.WriteString($"Aave Devnet Stable Debt {symbol}");
                writer.WriteString($"stableDebt{symbol}");
                writer.WriteBytes([0x10]);
                writer.End(reserve);
                writer.End(list);
            }, capacity: 2_048);

    public static byte[] SetEModeCategory(int category, int ltvBps, int thresholdBps, int bonusBps, Address priceSource, string label) =>
        CallData.Of("setEModeCategory(uint8,uint16,uint16,uint16,address,string)", 6, (ref writer) =>
        {
            writer.WriteUInt64((ulong)category);
            writer.WriteUInt64((ulong)ltvBps);
            writer.WriteUInt64((ulong)thresholdBps);
            writer.WriteUInt64((ulong)bonusBps);
            writer.WriteAddress(priceSource);
            writer.WriteString(label);
        });

    public static byte[] Supply(Address asset, in UInt256 amount, Address onBehalfOf)
    {
        UInt256 given = amount;
        return CallData.Of("supply(address,uint256,address,uint16)", 4, (ref writer) =>
        {
            writer.WriteAddress(asset);
            writer.WriteUInt256(given);
            writer.WriteAddress(onBehalfOf);
            writer.WriteUInt64(0);
        });
    }

    /// <summary>At a variable rate.</summary>
    public static byte[] Borrow(Address asset, in UInt256 amount, Address onBehalfOf)
    {
        UInt256 given = amount;
        return CallData.Of("borrow(address,uint256,uint256,uint16,address)", 5, (ref writer) =>
        {
            writer.WriteAddress(asset);
            writer.WriteUInt256(given);
            writer.WriteUInt64(2);
            writer.WriteUInt64(0);
            writer.WriteAddress(onBehalfOf);
        });
    }
}
