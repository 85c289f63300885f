using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;
using FastRebalance.Benchmarks;

// Exit code 1 when a benchmark did not run to its end: a wrong checksum throws.
IEnumerable<Summary> summaries = BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args, new BenchConfig());
return summaries.Any(s => s.HasCriticalValidationErrors || s.Reports.Any(r => !r.Success)) ? 1 : 0;
