namespace FastRebalance.Execution.Channels;

/// <summary>A channel's answer to one transaction.</summary>
/// <param name="Class">What it means.</param>
/// <param name="Text">What was said, for people; empty where nothing was.</param>
public readonly record struct ChannelAnswer(AnswerClass Class, string Text)
{
    /// <summary>Some pool has the transaction, as far as an answer can tell.</summary>
    public bool IsTaken => Class is AnswerClass.Accepted or AnswerClass.Known or AnswerClass.AcceptedUnmined;

    /// <summary>The transaction may be out, whatever was said: it must be treated as live.</summary>
    public bool MayBeOut => Class is not (AnswerClass.None or AnswerClass.DryRun or AnswerClass.NotSent);

    public override string ToString() => Text.Length == 0 ? $"{Class}" : $"{Class}: {Text}";
}
