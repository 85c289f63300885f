using System.Runtime.CompilerServices;
using FastRebalance.Core.Events;

namespace FastRebalance.UnitTests.Core.Events;

public class PassRunTests
{
    [Fact]
    public void TryAdd_UpToTheMost_KeepsEverySequence()
    {
        Random random = new(3);
        List<long> sequences = [1_000_000];
        PassRun run = default;
        Assert.True(run.TryAdd(sequences[0], 0));
        while (sequences.Count < PassRun.MaxCount)
        {
            long next = sequences[^1] + random.Next(256);
            Assert.True(run.TryAdd(next, sequences[^1]));
            sequences.Add(next);
        }

        Assert.False(run.TryAdd(sequences[^1] + 1, sequences[^1]));
        Assert.Equal(PassRun.MaxCount, run.Count);
        long sequence = run.FirstSequence;
        for (int i = 0; i < run.Count; i++)
            Assert.Equal(sequences[i], i == 0 ? sequence : sequence += run.Steps[i - 1]);
    }

    [Theory]
    [InlineData(255, true)]
    [InlineData(256, false)]
    [InlineData(-1, false)]
    public void TryAdd_StepThatAByteCannotHold_IsRefused(long step, bool fits)
    {
        PassRun run = default;
        run.TryAdd(500, 0);

        Assert.Equal(fits, run.TryAdd(500 + step, 500));
        Assert.Equal(fits ? 2 : 1, run.Count);
    }

    [Fact]
    public void Size_InsideTheSlot_LeavesItTheSame()
    {
        Assert.Equal(OrderEvent.SizeInBytes, Unsafe.SizeOf<OrderEvent>());
        Assert.True(Unsafe.SizeOf<PassRun>() <= OrderEvent.SizeInBytes - 32);
    }
}
