namespace FastRebalance.Devnet.Relay;

/// <summary>The relay says no: the message goes to the caller as the error of its request.</summary>
internal sealed class RelayRefusal(string message, int code = RelayRefusal.InvalidParams) : Exception(message)
{
    public const int InvalidRequest = -32600;
    public const int MethodNotFound = -32601;
    public const int InvalidParams = -32602;

    public int Code { get; } = code;
}
