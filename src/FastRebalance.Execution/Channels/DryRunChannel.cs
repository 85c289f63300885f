using FastRebalance.Core.Assets;

namespace FastRebalance.Execution.Channels;

/// <summary>Sends nothing, and says so.</summary>
public sealed class DryRunChannel : ISubmitChannel
{
    public const string ChannelName = "dry-run";

    public string Name => ChannelName;

    public Task<ChannelAnswer> SubmitAsync(ReadOnlyMemory<byte> raw, Hash32 hash, CancellationToken cancellation) =>
        Task.FromResult(new ChannelAnswer(AnswerClass.DryRun, $"dry run: {hash} of {raw.Length} bytes was signed and not sent"));
}
