using System.Diagnostics;
using System.Reflection;
using FastRebalance.Execution.Submission;

namespace FastRebalance.UnitTests.Execution.Submission;

/// <summary>A watch that sees nothing proves nothing: each invariant's observer is shown a bug that was put in for it, and must find it.</summary>
public sealed class SeededBugTests(ITestOutputHelper output)
{
    private const int MostHistories = 20_000;

    [Fact]
    public void I1_OneDecisionPerSlot_SeededBug_IsCaught() => IsCaught("I1", WorldFlaw.OtherDecisionSigned);

    [Fact]
    public void I2_OneSlotPerDecision_SeededBug_IsCaught() => IsCaught("I2", WorldFlaw.DecisionForgotten);

    [Fact]
    public void I3_NoGapBelow_SeededBug_IsCaught() => IsCaught("I3", WorldFlaw.NonceSkipped);

    [Fact]
    public void I3_NoGapBelow_TopRungFired_IsCaught() => IsCaught("I3", WorldFlaw.TopRungFired);

    [Fact]
    public void I4_ArmedAndLogged_SeededBug_IsCaught() => IsCaught("I4", WorldFlaw.Unlogged);

    [Fact]
    public void I5_InsideItsBounds_SeededBug_IsCaught() => IsCaught("I5", WorldFlaw.NotAsked);

    [Fact]
    public void I6_FeesRise_SeededBug_IsCaught() => IsCaught("I6", WorldFlaw.FlatFees);

    [Fact]
    public void I7_EverythingOutCanBePaid_SeededBug_IsCaught() => IsCaught("I7", WorldFlaw.BalanceInflated);

    [Fact]
    public void I8_FilledOnlyFromACanonicalReceipt_SeededBug_IsCaught() => IsCaught("I8", WorldFlaw.RevertReadAsSuccess);

    [Fact]
    public void I9_NothingAfterAHalt_SeededBug_IsCaught() => IsCaught("I9", WorldFlaw.NotAsked);

    [Fact]
    public void I10_KillSwitch_SeededBug_IsCaught() => IsCaught("I10", WorldFlaw.NotAsked);

    [Fact]
    public void I12_OneDecisionPerNonceOverRestarts_SeededBug_IsCaught() => IsCaught("I12", WorldFlaw.LogLost);

    [Fact]
    public void Liveness_SeededBug_IsCaught() => IsCaught("liveness", WorldFlaw.SignerNeverAnswers);

    [Fact]
    public void I11_NoClock_SeededBug_IsCaught() => Assert.NotEmpty(ClocksIn(typeof(WithAClock)));

    /// <summary>The machine is pure: none of its code so much as names a clock, a thread, a file or a random source.</summary>
    [Fact]
    public void I11_NoClock_TheMachineNamesNone()
    {
        Type[] types = [.. typeof(AccountMachine).Assembly.GetTypes().Where(static type => type.Namespace == typeof(AccountMachine).Namespace)];
        Assert.Contains(typeof(Slot), types);
        Assert.Empty(types.SelectMany(ClocksIn));
    }

    /// <summary>And the same events give the same actions, word for word.</summary>
    [Fact]
    public void I11_SameHistoryTwice_SameActions()
    {
        for (int seed = 1; seed <= 500; seed++)
        {
            List<string> first = [], second = [];
            Histories.Run(Histories.SetupOf(seed), Histories.EventsOf(seed), settles: true, first.Add);
            Histories.Run(Histories.SetupOf(seed), Histories.EventsOf(seed), settles: true, second.Add);
            Assert.Equal(first, second);
        }
    }

    private void IsCaught(string invariant, WorldFlaw flaw)
    {
        for (int seed = 1; seed <= MostHistories; seed++)
        {
            WorldSetup setup = Histories.SetupOf(seed, flaw, only: invariant);
            if (Histories.Run(setup, Histories.EventsOf(seed)) is not InvariantBrokenException broken)
                continue;
            Assert.Equal(invariant, broken.Invariant);
            // The very history that shows the bug is clean without it.
            Assert.Null(Histories.Run(Histories.SetupOf(seed), Histories.EventsOf(seed)));
            output.WriteLine($"seed {seed}: {broken.Message}");
            return;
        }
        Assert.Fail($"{MostHistories} histories with {flaw} and {invariant} never broke");
    }

    private static IEnumerable<string> ClocksIn(Type type)
    {
        const BindingFlags all = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;
        foreach (MethodBase method in type.GetMethods(all).Cast<MethodBase>().Concat(type.GetConstructors(all)))
            foreach (MemberInfo member in Named(method))
                if (IsClock(member is Type named ? named : member.DeclaringType))
                    yield return $"{type.Name}.{method.Name} names {member.DeclaringType?.Name}.{member.Name}";
    }

    /// <summary>Every member that a method's code may name: each four bytes that are a token.</summary>
    private static IEnumerable<MemberInfo> Named(MethodBase method)
    {
        if (method.GetMethodBody()?.GetILAsByteArray() is not { } code)
            yield break;
        for (int i = 0; i + 4 < code.Length; i++)
        {
            // call, callvirt, newobj, ldsfld
            if (code[i] is not (0x28 or 0x6F or 0x73 or 0x7E))
                continue;
            MemberInfo? member = null;
            try
            {
                member = method.Module.ResolveMember(
                    BitConverter.ToInt32(code, i + 1), method.DeclaringType!.GetGenericArguments(), method.IsGenericMethod ? method.GetGenericArguments() : null);
            }
            catch (Exception noToken) when (noToken is ArgumentException or BadImageFormatException)
            {
                continue;
            }
            if (member is not null)
                yield return member;
        }
    }

    private static bool IsClock(Type? type) => type is not null && (type == typeof(DateTime) || type == typeof(DateTimeOffset) || type == typeof(Stopwatch)
        || type == typeof(Environment) || type == typeof(Random) || type == typeof(Task) || type == typeof(Guid) || typeof(TimeProvider).IsAssignableFrom(type)
        || type.Name == "MonotonicClock" || type.Namespace is "System.Threading" or "System.IO");

    private sealed class WithAClock
    {
        public static bool IsExpired(long due) => Stopwatch.GetTimestamp() > due;
    }
}
