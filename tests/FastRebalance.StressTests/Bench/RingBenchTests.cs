using System.Text.Json;
using FastRebalance.Bench.Rings;
using FastRebalance.Bench.Rings.Workloads;
using FastRebalance.Messaging;

namespace FastRebalance.StressTests.Bench;

/// <summary>The ring bench runs what it says it runs, and its checks notice a queue that loses, doubles or tears events.</summary>
public sealed class RingBenchTests
{
    private static readonly RingBenchOptions s_brief = new()
    {
        Windows = 3, EventsPerWindow = 5000, WindowTime = TimeSpan.FromMilliseconds(2), RingSize = 256, Strategies = ["yielding"],
    };

    public static TheoryData<string> Shapes => [.. Enum.GetNames<RingShape>().Where(n => n != nameof(RingShape.None))];

    [Theory, MemberData(nameof(Shapes))]
    public void Run_EveryShape_OursAndTheBaselinesBringHomeWhatWasSent(string name)
    {
        RingShape shape = Enum.Parse<RingShape>(name);
        IWorkload[] workloads =
        [
            new RingWorkload<Slot8>(shape, 64, "spin-then-yield"),
            new RingWorkload<Slot128>(shape, 64, "blocking", producerBatch: 7),
            new PipeWorkload<Slot128, SpinningChannelPipe<Slot128>>(shape, () => new(64)),
            new PipeWorkload<Slot8, CollectionPipe<Slot8>>(shape, () => new(64)),
        ];
        foreach (IWorkload workload in workloads)
            using (workload)
                foreach (int events in (int[])[1, 2000, 3, 501])
                    Assert.Equal(events, workload.Run(events).Events);
    }

    [Theory, InlineData(Fault.Loses), InlineData(Fault.Doubles), InlineData(Fault.Tears)]
    public void Run_QueueWithAFault_Throws(Fault fault)
    {
        using PipeWorkload<Slot128, FaultyPipe> workload = new(RingShape.OneToOne, () => new FaultyPipe(fault));
        Assert.Throws<WrongResultException>(() => workload.Run(1000));
    }

    [Fact]
    public void Run_BriefOptions_ReportsEveryArmWithItsRatios()
    {
        RingBenchResult result = RingBench.Run(s_brief);

        // Two sizes one to one and four graphs; awaited channels and batches of ten are for one to one alone.
        Assert.Equal(2 * 5 + 4 * 3, result.Throughput.Count);
        Assert.Equal(4, result.Hops.Count);
        Assert.Equal(2 * 2 * 2, result.Targets.Count);
        Assert.Empty(result.Skipped);
        Assert.All(result.Throughput, t => Assert.True(t.OperationsPerSecond.Min > 0));
        Assert.All(result.Throughput.Where(t => t.IsOurs), t => Assert.NotEmpty(t.Ratios));
        Assert.All(result.Throughput.Where(t => t.IsOurs), t => Assert.True(t.AverageBatch!.Min >= 1));
        Assert.All(result.Hops, h => Assert.InRange(h.P50Ns.Median, 1, h.MaxNs));
        Assert.Equal(Environment.ProcessorCount >= 4, result.Conclusive);
    }

    [Fact]
    public void WriteJson_AnyResult_IsOneDocumentWithTheFigures()
    {
        RingBenchResult result = RingBench.Run(s_brief with { SlotBytes = [8], Graphs = false });
        using MemoryStream stream = new();
        RingBench.WriteJson(stream, result);
        using JsonDocument document = JsonDocument.Parse(stream.ToArray());
        JsonElement arm = document.RootElement.GetProperty("throughput")[0];
        Assert.Equal("yielding", arm.GetProperty("arm").GetString());
        Assert.True(arm.GetProperty("operationsPerSecond").GetProperty("median").GetDouble() > 0);
        Assert.True(document.RootElement.GetProperty("hops")[0].GetProperty("p999Ns").GetProperty("median").GetDouble() > 0);

        using StringWriter text = new();
        RingBench.WriteText(text, result);
        Assert.Contains(RingArms.Collection, text.ToString());
    }

    [Theory, InlineData(2, "busy-spin"), InlineData(4, null)]
    public void Throughput_FourThreadsThatNeverYield_RunOnFourCoresOnly(int cores, string? skippedStrategy)
    {
        List<RingSkip> skipped = [];
        RingBenchOptions options = s_brief with { Strategies = WaitStrategy.Names };
        List<RingArm<IWorkload>> arms = RingArms.Throughput<Slot8>(RingShape.Pipeline, options, cores, skipped);

        Assert.Equal(skippedStrategy is null ? [] : [skippedStrategy], skipped.Select(s => s.Arm));
        Assert.Equal(WaitStrategy.Names.Count - skipped.Count, arms.Count(a => a.IsOurs));
        Assert.DoesNotContain(arms, a => a.Name == skippedStrategy);
    }

    [Fact]
    public void Turns_RoundAfterRound_EveryArmStartsInItsTurn()
    {
        Assert.Equal([0, 1, 2], Windows.Turns(round: 0, arms: 3));
        Assert.Equal([1, 2, 0], Windows.Turns(round: 1, arms: 3));
        Assert.Equal([0, 1, 2], Windows.Turns(round: 3, arms: 3));
    }

    [Fact]
    public void Spread_EvenAndOddCounts_MiddleLeastAndGreatest()
    {
        Assert.Equal(new RingSpread(2, 1, 9), Windows.Spread([9, 1, 2]));
        Assert.Equal(new RingSpread(2.5, 1, 9), Windows.Spread([9, 1, 2, 3]));
    }

    [Fact]
    public void Run_OptionsThatCannotBe_SaysWhichWould()
    {
        Assert.Contains("power of two", MessageOf(s_brief with { RingSize = 1000 }));
        Assert.Contains("yielding", MessageOf(s_brief with { Strategies = ["hoping"] }));

        static string MessageOf(RingBenchOptions options) => Assert.Throws<ArgumentException>(() => RingBench.Run(options)).Message;
    }

    public enum Fault
    {
        None = 0,
        Loses,
        Doubles,
        Tears,
    }

    /// <summary>A queue that is right but once.</summary>
    private readonly struct FaultyPipe(Fault fault) : IPipe<Slot128>
    {
        private const long Unlucky = 500;

        private readonly SpinningChannelPipe<Slot128> _pipe = new(4096);

        public void Write(in Slot128 value)
        {
            if (value.Value != Unlucky)
            {
                _pipe.Write(in value);
                return;
            }
            Slot128 other = value;
            other.Fill(fault == Fault.Tears ? Unlucky + 1 : 0);
            _pipe.Write(fault switch { Fault.Tears => Torn(other, value), Fault.Doubles => Doubled(value), _ => other });
        }

        public Slot128 Read() => _pipe.Read();

        private static Slot128 Doubled(Slot128 value)
        {
            value.Fill(value.Value - 1); // what came before, once more
            return value;
        }

        private static Slot128 Torn(Slot128 left, Slot128 right)
        {
            ReadOnlySpan<byte> half = System.Runtime.InteropServices.MemoryMarshal.AsBytes(new ReadOnlySpan<Slot128>(in left))[..64];
            half.CopyTo(System.Runtime.InteropServices.MemoryMarshal.AsBytes(new Span<Slot128>(ref right)));
            return right;
        }
    }
}
