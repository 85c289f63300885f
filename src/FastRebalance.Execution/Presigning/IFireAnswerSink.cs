namespace FastRebalance.Execution.Presigning;

/// <summary>Takes what channels say to fired requests, on the thread that reads them. It must not throw.</summary>
public interface IFireAnswerSink
{
    /// <param name="channel">Which channel.</param>
    /// <param name="answer">One whole JSON object, valid during the call.</param>
    void OnAnswer(int channel, ReadOnlySpan<byte> answer);

    /// <summary>The connection is gone: requests without an answer have none to come.</summary>
    void OnLost(int channel);
}
