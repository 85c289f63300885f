namespace FastRebalance.Hosting.Examination;

/// <summary>Whether the cores run at one speed, and their time can be trusted.</summary>
internal static class ClockFindings
{
    // More than a moment here and there: orders wait for a core that the host has lent to somebody else.
    private const double MuchStolen = 0.01;

    private static readonly string[] s_goodClocks = ["tsc", "arch_sys_counter"];

    public static IEnumerable<Finding> Of(MachineFacts facts)
    {
        if (facts.Governors.Length > 0) yield return Governor(facts.Governors);
        if (facts.ClockSource.Length > 0) yield return ClockSource(facts.ClockSource);
        if (facts.IsVirtual || facts.Stolen > 0) yield return Host(facts);
    }

    private static Finding Governor(string[] governors) => governors is ["performance"]
        ? new("frequency", Health.Good, "performance", "")
        : new(
            "frequency", Health.Advice, $"{string.Join(", ", governors)}: a core that idles slows down and is late for the next event",
            "sudo cpupower frequency-set -g performance");

    private static Finding ClockSource(string source) => s_goodClocks.Contains(source)
        ? new("clock source", Health.Good, source, "")
        : new(
            "clock source", Health.Advice, $"{source}: reading the time may cost a system call",
            "boot with clocksource=tsc tsc=reliable, if the cores' counters agree (dmesg tells)");

    private static Finding Host(MachineFacts facts) => facts.Stolen < MuchStolen
        ? new("host", Health.Good, $"a virtual machine; {facts.Stolen:0.00%} of its time went to others", "")
        : new(
            "host", Health.Advice, $"{facts.Stolen:0.0%} of this virtual machine's time went to others",
            "take a machine with cores of its own (dedicated or metal); no setting in here gives the time back");
}
