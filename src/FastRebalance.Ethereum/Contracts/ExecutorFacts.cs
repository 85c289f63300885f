using FastRebalance.Core.Assets;
using FastRebalance.Ethereum.Encoding;
using FastRebalance.Ethereum.Rpc;

namespace FastRebalance.Ethereum.Contracts;

/// <summary>What an executor contract says of itself, and of one caller.</summary>
public sealed record ExecutorFacts
{
    private const int FixedQuestions = 10;

    public required Address Vault { get; init; }

    public required Address Guardian { get; init; }

    public required ExecutorChain Chain { get; init; }

    public required bool IsPaused { get; init; }

    /// <summary>It runs no basket without a goal.</summary>
    public required bool GoalRequired { get; init; }

    public required ulong Epoch { get; init; }

    /// <summary>Of the caller that was asked for.</summary>
    public required ExecutorTrust Trust { get; init; }

    /// <summary>Of the markets that were asked for, those that no leg may trade on.</summary>
    public required IReadOnlyList<Hash32> MarketsRefused { get; init; }

    /// <summary>The calls whose answers tell; all of one block.</summary>
    public static IReadOnlyList<EthCall> Questions(Address executor, Address caller, IReadOnlyList<Hash32> markets) =>
    [
        .. new[]
        {
            ExecutorCalls.Vault(), ExecutorCalls.Guardian(), ExecutorCalls.PoolManager(), ExecutorCalls.Balancer(), ExecutorCalls.Permit2(),
            ExecutorCalls.WrappedNative(), ExecutorCalls.Paused(), ExecutorCalls.GoalRequired(), ExecutorCalls.Epoch(), ExecutorCalls.TrustOf(caller),
        }.Select(call => new EthCall(executor, call)),
        .. markets.Select(market => new EthCall(executor, ExecutorCalls.MarketAllowed(market))),
    ];

    /// <summary>Reads the answers; null where the contract did not answer as an executor does.</summary>
    public static ExecutorFacts? Read(IReadOnlyList<Hash32> markets, IReadOnlyList<EthCallOutcome> answers)
    {
        if (answers.Count != FixedQuestions + markets.Count || answers.Any(answer => !answer.Success || answer.Data.Length != AbiWriter.WordLength))
            return null;
        Address AddressAt(int index) => new(answers[index].Data.AsSpan(AbiWriter.WordLength - Address.Length));
        UInt256 NumberAt(int index) => UInt256.ReadBigEndian(answers[index].Data);
        return new ExecutorFacts
        {
            Vault = AddressAt(0),
            Guardian = AddressAt(1),
            Chain = new ExecutorChain { PoolManager = AddressAt(2), Balancer = AddressAt(3), Permit2 = AddressAt(4), WrappedNative = AddressAt(5) },
            IsPaused = !NumberAt(6).IsZero,
            GoalRequired = !NumberAt(7).IsZero,
            Epoch = (ulong)NumberAt(8),
            Trust = NumberAt(9) <= (ulong)ExecutorTrust.Full ? (ExecutorTrust)(byte)(ulong)NumberAt(9) : ExecutorTrust.None,
            MarketsRefused = [.. markets.Where((_, index) => NumberAt(FixedQuestions + index).IsZero)],
        };
    }
}
