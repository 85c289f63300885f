using FastRebalance.Ethereum.Encoding;

namespace FastRebalance.Ethereum.Rpc;

/// <summary>The error object of a JSON-RPC reply: the node understood the request and said no.</summary>
/// <param name="Code">As the node sent it; meanings differ by client.</param>
/// <param name="Message">For people; wordings differ by client and by version.</param>
/// <param name="Data">The <c>data</c> member as it stood: the text of a string, the raw JSON of anything else, null when absent.</param>
public sealed record RpcError(long Code, string Message, string? Data = null)
{
    /// <summary>Code of <c>eth_call</c> and <c>eth_estimateGas</c> for a revert.</summary>
    public const int RevertCode = 3;

    public const int MethodNotFoundCode = -32601;

    /// <summary>True when the EVM reverted; <see cref="RevertData"/> then holds what the contract returned.</summary>
    public bool IsRevert => Code == RevertCode || Message.StartsWith("execution reverted", StringComparison.OrdinalIgnoreCase);

    /// <summary>Bytes of <see cref="Data"/> when it is hexadecimal, otherwise none.</summary>
    public byte[] RevertData() => Data is not null && Hex.TryDecode(Data, out byte[] bytes) ? bytes : [];

    public override string ToString() => $"{Message} (code {Code})";
}
