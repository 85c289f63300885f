using System.Collections.Concurrent;
using System.Diagnostics.Tracing;
using System.Reflection.Emit;
using System.Runtime;

namespace FastRebalance.UnitTests.Execution.Presigning;

/// <summary>
/// What the runtime compiles for the first time on one thread, by name. Its count is exact and at once; its names come later, over a thread of the runtime's own, and are
/// waited for only where the count is not zero.
/// </summary>
/// <remarks>Used by the thread that made it. A better version of what has run before, which a loop may call for on its own thread, does not count.</remarks>
internal sealed class CompilationWatch : EventListener
{
    private const string Runtime = "Microsoft-Windows-DotNETRuntime";
    private const EventKeywords Jit = (EventKeywords)0x10;
    private const string MethodLoaded = "MethodLoadVerbose";
    private const int TierShift = 7;
    private const int TierMask = 7;

    // Of the runtime's NativeCodeVersion::OptimizationTier, as its events tell it.
    private static readonly string[] s_tiers = ["unknown tier", "minimal", "optimized", "tier 0", "tier 1", "on-stack replacement", "instrumented tier 0", "instrumented tier 1"];

    private static readonly int[] s_laterTiers = [4, 5, 7];

    private readonly ConcurrentQueue<(long Thread, string Name, bool IsFirst)> _told = new();
    private readonly SemaphoreSlim _arrived = new(0);
    private string _begin = "";
    private long _before;

    public CompilationWatch()
    {
        Begin(); // once in vain: its own methods are none of what it watches
        End();
        End();
    }

    public void Begin()
    {
        _begin = CompileMarker();
        _before = JitInfo.GetCompiledMethodCount(currentThread: true);
    }

    /// <returns>Methods that were compiled for the first time since the beginning, with the tier of each; empty where none was.</returns>
    public IReadOnlyList<string> End()
    {
        long compiled = JitInfo.GetCompiledMethodCount(currentThread: true) - _before;
        if (compiled == 0)
            return [];
        string end = CompileMarker();
        while (!_told.Any(one => Is(one, end)))
            _arrived.Wait();
        long thread = _told.First(one => Is(one, end)).Thread;
        return
        [
            .. _told.SkipWhile(one => !Is(one, _begin)).Skip(1).Where(one => one.Thread == thread).Take((int)compiled)
                .Where(static one => one.IsFirst).Select(static one => one.Name),
        ];
    }

    protected override void OnEventSourceCreated(EventSource eventSource)
    {
        if (eventSource.Name == Runtime)
            EnableEvents(eventSource, EventLevel.Verbose, Jit);
    }

    protected override void OnEventWritten(EventWrittenEventArgs eventData)
    {
        if (eventData.EventName?.StartsWith(MethodLoaded, StringComparison.Ordinal) != true)
            return;
        string Text(string field) => eventData.Payload![eventData.PayloadNames!.IndexOf(field)] as string ?? "";
        uint flags = (uint)eventData.Payload![eventData.PayloadNames!.IndexOf("MethodFlags")]!;
        int tier = (int)(flags >> TierShift) & TierMask;
        _told.Enqueue((
            eventData.OSThreadId, $"{Text("MethodNamespace")}.{Text("MethodName")} {Text("MethodSignature")}, {s_tiers[tier]}", !s_laterTiers.Contains(tier)));
        _arrived.Release();
    }

    private static bool Is((long Thread, string Name, bool IsFirst) one, string marker) => one.Name.Contains(marker, StringComparison.Ordinal);

    // Compiled here and now: what came before it on this thread is told before it.
    private static string CompileMarker()
    {
        string name = $"marker-{Guid.NewGuid():N}";
        DynamicMethod marker = new(name, typeof(void), []);
        marker.GetILGenerator().Emit(OpCodes.Ret);
        marker.CreateDelegate<Action>()();
        return name;
    }
}
