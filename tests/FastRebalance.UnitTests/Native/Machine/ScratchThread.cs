using System.Runtime.ExceptionServices;

namespace FastRebalance.UnitTests.Native.Machine;

/// <summary>A thread of its own for what changes the thread that does it: nothing is left behind on the test runner's.</summary>
internal static class ScratchThread
{
    public static T Run<T>(Func<T> work)
    {
        T result = default!;
        ExceptionDispatchInfo? thrown = null;
        Thread thread = new(() =>
        {
            try
            {
                result = work();
            }
            catch (Exception e)
            {
                thrown = ExceptionDispatchInfo.Capture(e);
            }
        });
        thread.Start();
        thread.Join();
        thrown?.Throw();
        return result;
    }

    public static void Run(Action work) => Run(() =>
    {
        work();
        return true;
    });
}
