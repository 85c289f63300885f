using BenchmarkDotNet.Attributes;
using FastRebalance.Benchmarks;

namespace FastRebalance.StressTests.Bench;

/// <summary>Every benchmark of ours stays within the checked-in allocation budget; the check is shown benchmarks that do not.</summary>
public sealed class AllocationBudgetTests
{
    private const string Name = $"{nameof(AllocatingSuite)}.{nameof(AllocatingSuite.Allocate)}";
    private const string OtherName = $"{nameof(AllocatingThreadSuite)}.{nameof(AllocatingThreadSuite.Allocate)}";

    private static string BudgetFile => Path.Combine(AppContext.BaseDirectory, AllocationBudget.FileName);

    [Fact]
    public void Breaches_OurSuites_None()
    {
        Assert.True(AllocationBudget.Suites.Count() > 5, "the suites were not found");
        Assert.Empty(AllocationBudget.Load(BudgetFile).Breaches(AllocationBudget.Suites));
    }

    [Fact]
    public void Breaches_BenchmarkThatAllocates_NamesIt()
    {
        string found = Assert.Single(Budget((Name, 0)).Breaches([typeof(AllocatingSuite)]));
        Assert.StartsWith($"{Name} allocates 240", found); // ten operations a call, of 24 bytes each, in the larger of two sizes
    }

    [Fact]
    public void Breaches_AnotherThreadAllocates_NamesIt() =>
        Assert.StartsWith($"{OtherName} allocates 24", Assert.Single(Budget((OtherName, 23)).Breaches([typeof(AllocatingThreadSuite)])));

    [Fact]
    public void Breaches_WithinItsBudget_None() => Assert.Empty(Budget((Name, 240)).Breaches([typeof(AllocatingSuite)]));

    [Fact]
    public void Breaches_NoRow_NamesTheBenchmark() =>
        Assert.Equal($"{Name} has no row in {AllocationBudget.FileName}", Assert.Single(Budget().Breaches([typeof(AllocatingSuite)])));

    [Fact]
    public void Breaches_RowWithoutBenchmark_NamesTheRow() =>
        Assert.Contains("Gone.Away", Assert.Single(Budget((Name, 240), ("Gone.Away", 0)).Breaches([typeof(AllocatingSuite)])));

    private static AllocationBudget Budget(params (string Name, double Bytes)[] rows) => new(rows.ToDictionary(r => r.Name, r => r.Bytes));

    public class AllocatingSuite
    {
        private const int Operations = 10;

        [Params(1, 10)]
        public int Objects { get; set; }

        [Benchmark(OperationsPerInvoke = Operations)]
        public object Allocate()
        {
            object last = this;
            for (int i = 0; i < Operations * Objects; i++)
                last = new object();
            return last;
        }

        [Benchmark, BenchmarkCategory(Category.Theirs)]
        public object Baseline() => new();
    }

    public class AllocatingThreadSuite : IHotThreads
    {
        public long HotThreadBytes { get; private set; }

        [Benchmark]
        public void Allocate()
        {
            Thread thread = new(() =>
            {
                long before = GC.GetAllocatedBytesForCurrentThread();
                GC.KeepAlive(new object());
                HotThreadBytes += GC.GetAllocatedBytesForCurrentThread() - before;
            });
            thread.Start();
            thread.Join();
        }
    }
}
