using System.CommandLine;
using FastRebalance.Peers.Hosting;
using FastRebalance.Peers.Rings;

RootCommand root = new("FastRebalance beside the programs that others have written for the same work.")
{
    RingsCommand.Create(), DecisionsCommand.Create(),
};
return root.Parse(args).Invoke();
