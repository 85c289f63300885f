using System.CommandLine;
using FastRebalance.Bench.Chaos;
using FastRebalance.Cli;
using FastRebalance.Cli.Commands;

if (args is ["bench", ChaosVictim.Verb, .. var life])
    return await ChaosVictim.RunAsync(life).ConfigureAwait(false); // started to be killed: it parses nothing and prints for its parent alone
Output.PlainWhereNobodyLooks();
RootCommand root = new("Keeps an on-chain portfolio at target, in process and in microseconds.")
{
    DevnetCommand.Create(),
    RunCommand.Create(),
    WatchCommand.Create(),
    ReplayCommand.Create(),
    QuoteCommand.Create(),
    ExplainCommand.Create(),
    InitCommand.Create(),
    SchemaCommand.Create(),
    StatusCommand.Create(),
    KillCommand.Create(),
    KeysCommand.Create(),
    TxCommand.Create(),
    DoctorCommand.Create(),
    ExecutorCommand.Create(),
    BenchCommand.Create(),
    BackTestCommand.Create(),
    LatencyValueCommand.Create(),
    LedgerCommand.Create(),
    StoreCommand.Create(),
};
return await CommandLine.InvokeAsync(root, args).ConfigureAwait(false);
