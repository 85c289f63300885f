using FastRebalance.Core.Assets;
using FastRebalance.Core.Configuration;

namespace FastRebalance.Execution.Channels;

/// <summary>Sends nothing, and says so.</summary>
public sealed class DryRunChannel : ISubmitChannel
{
    public const string ChannelName = "dry-run";

    public string Name => ChannelName;

    public LaneClass Class => LaneClass.Dry;

    public Task<ChannelAnswer> SubmitAsync(ReadOnlyMemory<byte> raw, Hash32 hash, CancellationToken cancellation) =>
        Task.FromResult(new ChannelAnswer(AnswerClass.DryRun, $"dry run: {hash} of {raw.Length} bytes was signed and not sent"));

    /// <summary>Options of <c>dry-run</c>: there are none.</summary>
    public sealed record Options : IChannelOptions
    {
        public IEnumerable<OptionProblem> Problems(ChannelTerms terms) => [];
    }
}
