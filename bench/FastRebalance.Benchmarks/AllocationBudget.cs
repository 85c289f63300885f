using System.Reflection;
using System.Text.Json;
using BenchmarkDotNet.Attributes;

namespace FastRebalance.Benchmarks;

/// <summary>
/// What each benchmark of ours may allocate, in bytes per operation, and the check that it does not allocate more. Times differ from
/// machine to machine and are only reported; bytes do not, and are held.
/// </summary>
public sealed class AllocationBudget
{
    /// <summary>The checked-in budget, which stands beside the program.</summary>
    public const string FileName = "allocation-budget.json";

    /// <summary>Calls before those that count: what is made once is made in them.</summary>
    private const int WarmUpCalls = 5;

    private const int Calls = 3;
    private const int Rounds = 3;

    private readonly Dictionary<string, double> _bytesPerOperation;

    public AllocationBudget(IReadOnlyDictionary<string, double> bytesPerOperation) => _bytesPerOperation = new(bytesPerOperation);

    /// <summary>Reads <c>{ "Suite.Benchmark": bytes per operation, … }</c>.</summary>
    public static AllocationBudget Load(string path) =>
        new(JsonSerializer.Deserialize<Dictionary<string, double>>(File.ReadAllText(path))!);

    /// <summary>Every suite of this program.</summary>
    public static IEnumerable<Type> Suites => typeof(AllocationBudget).Assembly.GetTypes()
        .Where(t => t is { IsPublic: true, IsAbstract: false } && Benchmarks(t).Any());

    /// <summary>Runs every benchmark of ours among the suites for a moment; says what is not within the budget.</summary>
    /// <returns>One line for each breach, each benchmark without a row, and each row without a benchmark; none when all is well.</returns>
    public IEnumerable<string> Breaches(IEnumerable<Type> suites)
    {
        HashSet<string> seen = [];
        foreach (Type suite in suites)
            foreach (MethodInfo benchmark in Ours(suite))
            {
                string name = $"{suite.Name}.{benchmark.Name}";
                seen.Add(name);
                if (!_bytesPerOperation.TryGetValue(name, out double budget))
                    yield return $"{name} has no row in {FileName}";
                else if (Measure(suite, benchmark) is var bytes && bytes > budget)
                    yield return $"{name} allocates {bytes:0.####} bytes per operation; its budget is {budget:0.####}";
            }
        foreach (string row in _bytesPerOperation.Keys.Except(seen))
            yield return $"{FileName} has a row for {row}, and there is no such benchmark of ours";
    }

    private static IEnumerable<MethodInfo> Benchmarks(Type suite) => suite.GetMethods().Where(m => m.IsDefined(typeof(BenchmarkAttribute)));

    private static IEnumerable<MethodInfo> Ours(Type suite) => Benchmarks(suite).Where(m =>
        m.GetCustomAttribute<BenchmarkCategoryAttribute>()?.Categories.Contains(Category.Theirs) != true);

    /// <summary>
    /// The most that any combination of the suite's parameters allocates, in bytes per operation; 0 for a benchmark that this machine
    /// has too few cores for.
    /// </summary>
    private static double Measure(Type suite, MethodInfo benchmark)
    {
        double most = 0;
        foreach (object instance in Instances(suite))
        {
            Call(instance, typeof(GlobalSetupAttribute));
            try
            {
                most = Math.Max(most, Measure(instance, benchmark));
            }
            catch (PlatformNotSupportedException)
            {
                // It says so itself; there is nothing to hold.
            }
            finally
            {
                Call(instance, typeof(GlobalCleanupAttribute));
            }
        }
        return most;
    }

    /// <summary>The least of some rounds: what a benchmark allocates shows in each, what the runtime now and then books on its thread in one.</summary>
    private static double Measure(object instance, MethodInfo benchmark)
    {
        Action call = Delegate(instance, benchmark);
        Repeat(call, WarmUpCalls);
        long bytes = long.MaxValue;
        for (int round = 0; round < Rounds && bytes > 0; round++)
        {
            long before = AllocatedBytes(instance);
            Repeat(call, Calls);
            bytes = Math.Min(bytes, AllocatedBytes(instance) - before);
        }
        int operations = benchmark.GetCustomAttribute<BenchmarkAttribute>()!.OperationsPerInvoke;
        return (double)bytes / ((long)Calls * operations);
    }

    private static void Repeat(Action call, int times)
    {
        for (int i = 0; i < times; i++)
            call();
    }

    /// <summary>Of the threads that do the work, and of no other: the test around it and the runtime allocate as well.</summary>
    private static long AllocatedBytes(object instance) =>
        instance is IHotThreads suite ? suite.HotThreadBytes : GC.GetAllocatedBytesForCurrentThread();

    /// <summary>A call that boxes nothing.</summary>
    private static Action Delegate(object instance, MethodInfo benchmark)
    {
        if (benchmark.ReturnType == typeof(void))
            return benchmark.CreateDelegate<Action>(instance);
        if (benchmark.ReturnType == typeof(long))
        {
            Func<long> number = benchmark.CreateDelegate<Func<long>>(instance);
            return () => number();
        }
        Func<object> made = benchmark.CreateDelegate<Func<object>>(instance); // of a class; for others it throws
        return () => made();
    }

    private static IEnumerable<object> Instances(Type suite)
    {
        IEnumerable<(PropertyInfo Property, object?[] Values)> parameters =
            suite.GetProperties().Select(p => (p, p.GetCustomAttribute<ParamsAttribute>()?.Values!)).Where(p => p.Item2 is not null);
        List<object> instances = [Activator.CreateInstance(suite)!];
        foreach ((PropertyInfo property, object?[] values) in parameters)
            instances = [.. instances.SelectMany(_ => values, (i, v) => With(i, property, v))];
        return instances;
    }

    private static object With(object instance, PropertyInfo property, object? value)
    {
        object copy = Activator.CreateInstance(instance.GetType())!;
        foreach (PropertyInfo other in instance.GetType().GetProperties().Where(p => p.IsDefined(typeof(ParamsAttribute))))
            other.SetValue(copy, other.GetValue(instance));
        property.SetValue(copy, value);
        return copy;
    }

    private static void Call(object instance, Type attribute)
    {
        foreach (MethodInfo method in instance.GetType().GetMethods().Where(m => m.IsDefined(attribute)))
            method.Invoke(instance, null);
    }
}
