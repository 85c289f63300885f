using FastRebalance.Core.Assets;
using FastRebalance.Core.Hashing;
using FastRebalance.Ethereum.Encoding;

namespace FastRebalance.Ethereum.Contracts;

/// <summary>Call data of the executor contract (<c>src/contracts</c>). The trading call is written into the caller's memory, the others allocate.</summary>
public static class ExecutorCalls
{
    private const string LegType = "(uint256,address,address,address,uint256,uint256,uint256,uint256)";
    private const string GoalType = "(uint256,(address,uint256,uint256)[])";
    private const string IntentType = "(uint256,uint256,uint256,(address,address,uint256,uint256,uint256)[])";
    private const string LendingType = "(uint256,uint256,(address,uint256,uint256)[])";
    private const int LegWords = 8;
    private const int WeightWords = 3;
    private const int LimitWords = 5;
    private const int LendingEntryWords = 3;

    // Selector, the head of five words, the lengths of two arrays, and the goal's own head.
    private const int ExecFrame = AbiSelector.Length + (5 + 2 + 2) * AbiWriter.WordLength;

    private static readonly AbiSelector ExecSelector = AbiSelector.Of($"exec(uint256,uint256,uint256,{LegType}[],{GoalType})");
    private static readonly AbiSelector FillSelector = AbiSelector.Of($"fill(uint256,uint256,uint256,{LegType}[],{GoalType},{IntentType},bytes)");
    private static readonly AbiSelector LeveragedSelector = AbiSelector.Of($"execLeveraged(uint256,uint256,uint256,{LegType}[],{GoalType},{LendingType})");
    private static readonly AbiSelector DigestOfSelector = AbiSelector.Of($"digestOf({IntentType})");

    /// <summary>Bytes of a call with so many legs and weights, exactly.</summary>
    public static int ExecLength(int legs, int weights) => ExecFrame + (legs * LegWords + weights * WeightWords) * AbiWriter.WordLength;

    /// <summary>Writes the call that runs a basket.</summary>
    /// <param name="decisionId">Runs once.</param>
    /// <param name="maxBlock">The last block in which it may run.</param>
    /// <param name="maxTimeSeconds">The last second, in Unix time.</param>
    /// <param name="legs">In the order of execution.</param>
    /// <param name="goal">Empty for no check.</param>
    /// <param name="destination">At least <see cref="ExecLength"/> bytes.</param>
    /// <param name="length">Bytes written.</param>
    /// <returns>False where there is no room.</returns>
    public static bool TryWriteExec(
        in UInt256 decisionId, ulong maxBlock, ulong maxTimeSeconds, ReadOnlySpan<ExecutorLeg> legs, ExecutorGoal goal, Span<byte> destination, out int length)
    {
        AbiWriter writer = new(destination);
        writer.BeginCall(ExecSelector, headWords: 5);
        WriteBasket(ref writer, in decisionId, maxBlock, maxTimeSeconds, legs, goal);
        return writer.TryFinish(out length);
    }

    /// <summary>Reads the last second back out of a call that runs a basket; false for any other.</summary>
    public static bool TryReadMaxTime(ReadOnlySpan<byte> callData, out ulong maxTimeSeconds)
    {
        maxTimeSeconds = 0;
        if (!AbiSelector.TryRead(callData, out AbiSelector selector) || (selector != ExecSelector && selector != FillSelector && selector != LeveragedSelector))
            return false;
        AbiReader reader = new(callData[AbiSelector.Length..]);
        return reader.TryReadUInt256(out _) && reader.TryReadUInt64(out _) && reader.TryReadUInt64(out maxTimeSeconds) && maxTimeSeconds > 0;
    }

    public static byte[] Exec(in UInt256 decisionId, ulong maxBlock, ulong maxTimeSeconds, ReadOnlySpan<ExecutorLeg> legs, ExecutorGoal goal = default)
    {
        byte[] data = new byte[ExecLength(legs.Length, goal.Weights.Length)];
        return TryWriteExec(in decisionId, maxBlock, maxTimeSeconds, legs, goal, data, out _)
            ? data : throw new InvalidOperationException("the words written are not those announced");
    }

    /// <summary>Bytes of a leveraged call with so many legs, weights and entries, exactly.</summary>
    public static int LeveragedLength(int legs, int weights, int entries) =>
        ExecLength(legs, weights) + (1 + 4 + entries * LendingEntryWords) * AbiWriter.WordLength;

    /// <summary>Writes the call that runs a basket out of and into the lending account; the rest is as in <see cref="TryWriteExec"/>.</summary>
    public static bool TryWriteLeveraged(
        in UInt256 decisionId, ulong maxBlock, ulong maxTimeSeconds, ReadOnlySpan<ExecutorLeg> legs, ExecutorGoal goal, ExecutorLending lending,
        Span<byte> destination, out int length)
    {
        AbiWriter writer = new(destination);
        writer.BeginCall(LeveragedSelector, headWords: 6);
        WriteBasket(ref writer, in decisionId, maxBlock, maxTimeSeconds, legs, goal);
        AbiFrame outer = writer.BeginTuple(headWords: 3);
        writer.WriteUInt256(lending.HealthFloorWad);
        writer.WriteUInt256(lending.HealthCeilingWad);
        AbiFrame list = writer.BeginArray(lending.Entries.Length, LendingEntryWords);
        foreach (ref readonly ExecutorLendingEntry entry in lending.Entries)
        {
            writer.WriteAddress(entry.Token);
            writer.WriteUInt256(entry.Take);
            writer.WriteUInt256(entry.KeepBalance);
        }
        writer.End(list);
        writer.End(outer);
        return writer.TryFinish(out length);
    }

    public static byte[] Leveraged(
        in UInt256 decisionId, ulong maxBlock, ulong maxTimeSeconds, ReadOnlySpan<ExecutorLeg> legs, ExecutorLending lending, ExecutorGoal goal = default)
    {
        byte[] data = new byte[LeveragedLength(legs.Length, goal.Weights.Length, lending.Entries.Length)];
        return TryWriteLeveraged(in decisionId, maxBlock, maxTimeSeconds, legs, goal, lending, data, out _)
            ? data : throw new InvalidOperationException("the words written are not those announced");
    }

    /// <summary>Enough room for a call with so many legs and weights within an intent.</summary>
    public static int FillLength(int legs, int weights, SignedIntent signed) =>
        ExecLength(legs, weights) + (2 + 4 + 1 + signed.Intent.Limits.Count * LimitWords + 2) * AbiWriter.WordLength + signed.Signature.Length;

    /// <summary>Writes the call that runs a basket within a signed intent; the rest is as in <see cref="TryWriteExec"/>.</summary>
    public static bool TryWriteFill(
        in UInt256 decisionId, ulong maxBlock, ulong maxTimeSeconds, ReadOnlySpan<ExecutorLeg> legs, ExecutorGoal goal, SignedIntent signed,
        Span<byte> destination, out int length)
    {
        AbiWriter writer = new(destination);
        writer.BeginCall(FillSelector, headWords: 7);
        WriteBasket(ref writer, in decisionId, maxBlock, maxTimeSeconds, legs, goal);
        WriteIntent(ref writer, signed.Intent);
        writer.WriteBytes(signed.Signature.Span);
        return writer.TryFinish(out length);
    }

    public static byte[] Fill(
        in UInt256 decisionId, ulong maxBlock, ulong maxTimeSeconds, ReadOnlySpan<ExecutorLeg> legs, ExecutorGoal goal, ExecutorIntent intent,
        ReadOnlySpan<byte> signature)
    {
        SignedIntent signed = new(intent, signature.ToArray());
        byte[] data = new byte[FillLength(legs.Length, goal.Weights.Length, signed)];
        return TryWriteFill(in decisionId, maxBlock, maxTimeSeconds, legs, goal, signed, data, out int length)
            ? data[..length] : throw new InvalidOperationException("the words written are not those announced");
    }

    /// <summary>Answered by a bytes32: what the vault's owner signs.</summary>
    public static byte[] DigestOf(ExecutorIntent intent)
    {
        byte[] data = new byte[AbiSelector.Length + (6 + intent.Limits.Count * LimitWords) * AbiWriter.WordLength];
        AbiWriter writer = new(data);
        writer.BeginCall(DigestOfSelector, headWords: 1);
        WriteIntent(ref writer, intent);
        return Finished(ref writer, data);
    }

    /// <summary>The creation: its code, and whom the executor serves.</summary>
    /// <param name="vault">Whose tokens are traded; it rules the executor.</param>
    /// <param name="guardian">May pause it; zero for nobody beside the vault.</param>
    /// <param name="chain">The contracts it trades through.</param>
    /// <param name="callers">May run baskets with limits of their own.</param>
    /// <param name="markets">May be traded on.</param>
    /// <param name="lendingPool">Of a lending market (Aave V3), for the executor that trades out of and into it; null for the one that does not.</param>
    public static byte[] Creation(
        in Address vault, in Address guardian, ExecutorChain chain, IReadOnlyList<Address> callers, IReadOnlyList<Hash32> markets,
        Address? lendingPool = null)
    {
        byte[] code = (lendingPool is null ? ExecutorArtifact.Current : ExecutorArtifact.Leveraged).CreationCode;
        int headWords = lendingPool is null ? 8 : 9;
        byte[] data = new byte[code.Length + (headWords + 2 + callers.Count + markets.Count) * AbiWriter.WordLength];
        code.CopyTo(data, 0);
        AbiWriter writer = new(data.AsSpan(code.Length));
        writer.BeginArguments(headWords);
        if (lendingPool is { } pool)
            writer.WriteAddress(in pool);
        writer.WriteAddress(in vault);
        writer.WriteAddress(in guardian);
        writer.WriteAddress(chain.PoolManager);
        writer.WriteAddress(chain.Balancer);
        writer.WriteAddress(chain.Permit2);
        writer.WriteAddress(chain.WrappedNative);
        AbiFrame outer = writer.BeginArray(callers.Count, headWordsEach: 1);
        foreach (Address caller in callers)
            writer.WriteAddress(in caller);
        writer.End(outer);
        WriteHashes(ref writer, markets);
        return Finished(ref writer, data, code.Length);
    }

    public static byte[] SetTrust(in Address caller, ExecutorTrust trust)
    {
        AbiWriter writer = Begin("setTrust(address,uint8)", 2, out byte[] data);
        writer.WriteAddress(in caller);
        writer.WriteUInt64((ulong)trust);
        return Finished(ref writer, data);
    }

    public static byte[] SetMarkets(IReadOnlyList<Hash32> markets, bool allowed)
    {
        byte[] data = new byte[AbiSelector.Length + (3 + markets.Count) * AbiWriter.WordLength];
        AbiWriter writer = new(data);
        writer.BeginCall(AbiSelector.Of("setMarkets(bytes32[],bool)"), headWords: 2);
        WriteHashes(ref writer, markets);
        writer.WriteBool(allowed);
        return Finished(ref writer, data);
    }

    /// <summary>What the vault allows a pool by, with two of its tokens; a V4 pool is allowed by its id.</summary>
    public static Hash32 MarketOf(in Address pool, in Address token, in Address otherToken)
    {
        bool inOrder = token.Span.SequenceCompareTo(otherToken.Span) < 0;
        Span<byte> words = stackalloc byte[3 * AbiWriter.WordLength];
        AbiWriter writer = new(words);
        writer.BeginArguments(headWords: 3);
        writer.WriteAddress(in pool);
        writer.WriteAddress(inOrder ? token : otherToken);
        writer.WriteAddress(inOrder ? otherToken : token);
        return Keccak256.Hash(words);
    }

    public static byte[] SetGuardian(in Address guardian) => OneAddress("setGuardian(address)", in guardian);

    public static byte[] SetGoalRequired(bool required) => OneNumber("setGoalRequired(bool)", required ? 1UL : 0UL);

    public static byte[] RaiseEpoch(ulong to) => OneNumber("raiseEpoch(uint64)", to);

    public static byte[] Pause() => Nothing("pause()");

    public static byte[] Unpause() => Nothing("unpause()");

    public static byte[] Sweep(in Address token) => OneAddress("sweep(address)", in token);

    /// <summary>Answered by a bool.</summary>
    public static byte[] IsUsed(in UInt256 decisionId)
    {
        AbiWriter writer = Begin("isUsed(uint256)", 1, out byte[] data);
        writer.WriteUInt256(in decisionId);
        return Finished(ref writer, data);
    }

    /// <summary>Answered by a uint8, an <see cref="ExecutorTrust"/>.</summary>
    public static byte[] TrustOf(in Address caller) => OneAddress("trust(address)", in caller);

    /// <summary>Answered by a bool.</summary>
    public static byte[] MarketAllowed(in Hash32 market)
    {
        AbiWriter writer = Begin("marketAllowed(bytes32)", 1, out byte[] data);
        writer.WriteHash(in market);
        return Finished(ref writer, data);
    }

    /// <summary>Answered by a bool.</summary>
    public static byte[] Paused() => Nothing("paused()");

    /// <summary>Answered by a uint64.</summary>
    public static byte[] Epoch() => Nothing("epoch()");

    /// <summary>Answered by a bool.</summary>
    public static byte[] GoalRequired() => Nothing("goalRequired()");

    /// <summary>Answered by an address.</summary>
    public static byte[] Vault() => Nothing("vault()");

    /// <summary>Answered by an address.</summary>
    public static byte[] Guardian() => Nothing("guardian()");

    /// <summary>Answered by an address.</summary>
    public static byte[] PoolManager() => Nothing("poolManager()");

    /// <summary>Answered by an address.</summary>
    public static byte[] Balancer() => Nothing("balancer()");

    /// <summary>Answered by an address.</summary>
    public static byte[] Permit2() => Nothing("permit2()");

    /// <summary>Answered by an address.</summary>
    public static byte[] WrappedNative() => Nothing("wrappedNative()");

    /// <summary>Answered by an address, by an executor that trades out of and into a lending market.</summary>
    public static byte[] LendingPool() => Nothing("lendingPool()");

    private static void WriteBasket(
        ref AbiWriter writer, in UInt256 decisionId, ulong maxBlock, ulong maxTimeSeconds, ReadOnlySpan<ExecutorLeg> legs, ExecutorGoal goal)
    {
        writer.WriteUInt256(in decisionId);
        writer.WriteUInt64(maxBlock);
        writer.WriteUInt64(maxTimeSeconds);
        AbiFrame outer = writer.BeginArray(legs.Length, LegWords);
        foreach (ref readonly ExecutorLeg leg in legs)
        {
            writer.WriteUInt64(leg.VenueWord);
            writer.WriteAddress(in leg.Pool);
            writer.WriteAddress(in leg.TokenIn);
            writer.WriteAddress(in leg.TokenOut);
            writer.WriteUInt256(in leg.MaxIn);
            writer.WriteUInt256(in leg.KeepBalance);
            writer.WriteUInt256(in leg.LimitPriceX96);
            writer.WriteUInt256(in leg.MinFill);
        }
        writer.End(outer);
        outer = writer.BeginTuple(headWords: 2);
        writer.WriteUInt256(goal.ToleranceWad);
        AbiFrame tuple = writer.BeginArray(goal.Weights.Length, WeightWords);
        foreach (ref readonly ExecutorWeight weight in goal.Weights)
        {
            writer.WriteAddress(weight.Token);
            writer.WriteUInt256(weight.PriceX96);
            writer.WriteUInt256(weight.TargetWad);
        }
        writer.End(tuple);
        writer.End(outer);
    }

    private static void WriteIntent(ref AbiWriter writer, ExecutorIntent intent)
    {
        AbiFrame outer = writer.BeginTuple(headWords: 4);
        writer.WriteUInt256(intent.Id);
        writer.WriteUInt64(intent.Epoch);
        writer.WriteUInt64(intent.MaxBlock);
        AbiFrame tuple = writer.BeginArray(intent.Limits.Count, LimitWords);
        for (int i = 0; i < intent.Limits.Count; i++)
        {
            ExecutorLimit limit = intent.Limits[i];
            writer.WriteAddress(limit.TokenIn);
            writer.WriteAddress(limit.TokenOut);
            writer.WriteUInt256(limit.MaxIn);
            writer.WriteUInt256(limit.KeepBalance);
            writer.WriteUInt256(limit.LimitPriceX96);
        }
        writer.End(tuple);
        writer.End(outer);
    }

    private static void WriteHashes(ref AbiWriter writer, IReadOnlyList<Hash32> hashes)
    {
        AbiFrame outer = writer.BeginArray(hashes.Count, headWordsEach: 1);
        foreach (Hash32 hash in hashes)
            writer.WriteHash(in hash);
        writer.End(outer);
    }

    private static byte[] Nothing(string signature)
    {
        AbiWriter writer = Begin(signature, 0, out byte[] data);
        return Finished(ref writer, data);
    }

    private static byte[] OneAddress(string signature, in Address address)
    {
        AbiWriter writer = Begin(signature, 1, out byte[] data);
        writer.WriteAddress(in address);
        return Finished(ref writer, data);
    }

    private static byte[] OneNumber(string signature, ulong number)
    {
        AbiWriter writer = Begin(signature, 1, out byte[] data);
        writer.WriteUInt64(number);
        return Finished(ref writer, data);
    }

    private static AbiWriter Begin(string signature, int words, out byte[] data)
    {
        data = new byte[AbiSelector.Length + words * AbiWriter.WordLength];
        AbiWriter writer = new(data);
        writer.BeginCall(AbiSelector.Of(signature), words);
        return writer;
    }

    private static byte[] Finished(ref AbiWriter writer, byte[] data, int offset = 0) =>
        writer.TryFinish(out int length) && offset + length <= data.Length
            ? data[..(offset + length)]
            : throw new InvalidOperationException("the words written are not those announced");
}
