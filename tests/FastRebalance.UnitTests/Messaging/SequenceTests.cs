using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using FastRebalance.Messaging;

namespace FastRebalance.UnitTests.Messaging;

public sealed class SequenceTests
{
    [Fact]
    public void New_Nothing_StartsBeforeTheFirstEvent() => Assert.Equal(-1, new Sequence().Value);

    [Fact]
    public void CompareAndSet_OtherValue_ChangesNothing()
    {
        Sequence sequence = new(7);

        Assert.False(sequence.CompareAndSet(6, 9));
        Assert.Equal(7, sequence.Value);
        Assert.True(sequence.CompareAndSet(7, 9));
        Assert.Equal(9, sequence.Value);
        Assert.Equal(12, sequence.AddAndGet(3));
    }

    [Fact]
    public void Minimum_Several_IsTheSmallest() =>
        Assert.Equal(3, Sequence.Minimum([new Sequence(5), new Sequence(3), new Sequence(8)], otherwise: 1));

    [Fact]
    public void Minimum_None_IsTheOther() => Assert.Equal(42, Sequence.Minimum([], otherwise: 42));

    [Fact]
    public void Layout_Value_StandsAloneOnItsLines()
    {
        PaddedLong padded = default;
        nint offset = Unsafe.ByteOffset(ref Unsafe.As<PaddedLong, byte>(ref padded), ref Unsafe.As<long, byte>(ref padded.Value));

        Assert.Equal(128, offset);
        Assert.Equal(128 + 8 + 128, Unsafe.SizeOf<PaddedLong>());
        FieldInfo only = Assert.Single(InstanceFields(typeof(Sequence)));
        Assert.Equal(typeof(PaddedLong), only.FieldType);
    }

    [Fact]
    public void Layout_RingFields_KeepTheProducersWritesAwayFromWhatAllRead()
    {
        int lastReadOnly = 0, firstWritten = int.MaxValue, lastWritten = 0;
        foreach (FieldInfo field in InstanceFields(typeof(RingFields)))
        {
            int offset = field.GetCustomAttribute<FieldOffsetAttribute>()!.Value;
            Assert.True(offset >= 128, $"{field.Name} is within reach of the object before");
            if (field.Name is nameof(RingFields.Claimed) or nameof(RingFields.Limit) or nameof(RingFields.CachedGate))
            {
                firstWritten = Math.Min(firstWritten, offset);
                lastWritten = Math.Max(lastWritten, offset);
            }
            else
                lastReadOnly = Math.Max(lastReadOnly, offset);
        }

        Assert.True(firstWritten - (lastReadOnly + 8) >= 128);
        Assert.True(Unsafe.SizeOf<RingFields>() - (lastWritten + 8) >= 128);
    }

    [Fact]
    public void Layout_RingFields_LieWhereTheyAreDeclared()
    {
        RingFields fields = default;
        nint claimed = Unsafe.ByteOffset(ref Unsafe.As<RingFields, byte>(ref fields), ref Unsafe.As<long, byte>(ref fields.Claimed));
        nint mask = Unsafe.ByteOffset(ref Unsafe.As<RingFields, byte>(ref fields), ref Unsafe.As<long, byte>(ref fields.Mask));

        Assert.Equal(RingFields.ProducerOffset, claimed);
        Assert.Equal(RingFields.ReadOnlyOffset + 8, mask);
    }

    [Fact]
    public unsafe void Layout_FirstSlot_IsAlignedToALinePair()
    {
        RingBuffer<Slot> ring = RingBuffer<Slot>.CreateSingleProducer(8, WaitStrategy.ByName("blocking"));

        Assert.Equal(0u, (nuint)Unsafe.AsPointer(ref ring[0]) % 128);
        Assert.Equal(sizeof(Slot), Unsafe.ByteOffset(ref ring[0], ref ring[1]));
    }

    private static FieldInfo[] InstanceFields(Type type) =>
        type.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic);

    [StructLayout(LayoutKind.Sequential, Size = 64)]
    private struct Slot;
}
