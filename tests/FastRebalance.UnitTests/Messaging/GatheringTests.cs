using FastRebalance.Messaging;

namespace FastRebalance.UnitTests.Messaging;

public sealed class GatheringTests
{
    private readonly Sequence _published = new();
    private readonly SequenceBarrier _barrier;

    public GatheringTests()
    {
        RingBuffer<long> ring = RingBuffer<long>.CreateSingleProducer(1024, WaitStrategy.ByName("yielding"));
        _barrier = ring.NewBarrier(_published);
    }

    [Fact]
    public void NextBatch_SomethingThere_HandsOverAllOfIt()
    {
        Gathering gathering = new(_barrier, enough: 256);
        _published.Set(2);
        Assert.Equal(2, gathering.NextBatch(0));
        _published.Set(900);
        Assert.Equal(900, gathering.NextBatch(3));
    }

    [Fact]
    public void NextBatch_AFewAtEveryLook_StillHandsOverEachOfThem()
    {
        Gathering gathering = new(_barrier, enough: 256);

        for (long next = 0; next < 100; next += 2)
        {
            _published.Set(next + 1);
            Assert.Equal(next + 1, gathering.NextBatch(next));
        }
    }

    [Fact]
    public void NextBatch_NothingThereAndAlerted_ReturnsLessThanAskedFor()
    {
        Gathering gathering = new(_barrier, enough: 256);
        _barrier.Alert();

        Assert.Equal(-1, gathering.NextBatch(0));
    }
}
