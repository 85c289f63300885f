using FastRebalance.Core.Assets;
using FastRebalance.Ethereum.Encoding;
using FastRebalance.Ethereum.Rpc;

namespace FastRebalance.Ethereum.Chains;

/// <summary>
/// The L1 data fee and the operator fee of OP-stack chains, from the predeployed GasPriceOracle: Ecotone's and Fjord's rules (specs:
/// protocol/ecotone, fjord, isthmus "exec-engine"). Taken from the balance beside the gas.
/// </summary>
public sealed class OpStackDataFee : IDataFee
{
    // Two points of the operator fee, which is a straight line in the gas whatever the fork.
    private const ulong LineGas = 1_000_000;

    private static readonly Address Oracle = Address.Parse("0x420000000000000000000000000000000000000f");

    public bool IsInGasEstimate => false;

    public IReadOnlyList<EthCall> Questions { get; } =
    [
        Ask("isFjord()"), Ask("isEcotone()"), Ask("l1BaseFee()"), Ask("blobBaseFee()"), Ask("baseFeeScalar()"), Ask("blobBaseFeeScalar()"),
        Ask("getOperatorFee(uint256)", 0), Ask("getOperatorFee(uint256)", LineGas),
    ];

    public bool TryRead(IReadOnlyList<EthCallOutcome> answers, out IDataFeeTerms? terms)
    {
        terms = null;
        if (answers.Count != Questions.Count || !TryWord(answers[2], out UInt256 l1BaseFee))
            return false;
        // An oracle from before a fork does not know the fork's question: that is its no. One from before both charges by rules that are gone.
        bool isFjord = IsTrue(answers[0]);
        if (!isFjord && !IsTrue(answers[1]))
            return false;
        if (!TryWord(answers[3], out UInt256 blobBaseFee) || !TryWord(answers[4], out UInt256 scalar) || !TryWord(answers[5], out UInt256 blobScalar))
            return false;
        UInt256 constant = UInt256.Zero, atLineGas = UInt256.Zero;
        bool hasOperatorFee = TryWord(answers[6], out constant) && TryWord(answers[7], out atLineGas);
        if (hasOperatorFee && atLineGas < constant)
            return false;
        if (!OpStackDataFeeTerms.AreSound(l1BaseFee, scalar, blobBaseFee, blobScalar, atLineGas))
            return false;
        terms = new OpStackDataFeeTerms(isFjord, l1BaseFee, scalar, blobBaseFee, blobScalar)
        {
            OperatorConstantWei = hasOperatorFee ? constant : UInt256.Zero,
            OperatorWeiPerMillionGas = hasOperatorFee ? atLineGas - constant : UInt256.Zero,
        };
        return true;
    }

    private static EthCall Ask(string signature) => new(Oracle, AskData(signature, []));

    private static EthCall Ask(string signature, ulong argument) => new(Oracle, AskData(signature, [argument]));

    private static byte[] AskData(string signature, ReadOnlySpan<ulong> arguments)
    {
        byte[] data = new byte[AbiSelector.Length + arguments.Length * AbiWriter.WordLength];
        AbiWriter writer = new(data);
        writer.BeginCall(AbiSelector.Of(signature), arguments.Length);
        foreach (ulong argument in arguments)
            writer.WriteUInt64(argument);
        return writer.TryFinish(out _) ? data : throw new InvalidOperationException("the arguments do not fit the data that was made for them");
    }

    private static bool IsTrue(EthCallOutcome answer)
    {
        AbiReader reader = new(answer.Data);
        return answer.Success && reader.TryReadBool(out bool value) && value;
    }

    private static bool TryWord(EthCallOutcome answer, out UInt256 value)
    {
        AbiReader reader = new(answer.Data);
        return reader.TryReadUInt256(out value) && answer.Success;
    }
}
