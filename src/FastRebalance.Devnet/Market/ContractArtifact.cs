using System.Text.Json;
using FastRebalance.Devnet.Install;
using FastRebalance.Ethereum.Encoding;

namespace FastRebalance.Devnet.Market;

/// <summary>
/// Reads creation code out of a compiler's artifact: a hexadecimal <c>bytecode</c>, with or without <c>0x</c>, or one inside it as
/// <c>object</c>, which is how Foundry writes.
/// </summary>
internal static class ContractArtifact
{
    /// <exception cref="DevnetInstallException">The file is missing or holds no usable code; the message names it.</exception>
    public static async Task<byte[]> ReadCode(string path, CancellationToken cancellationToken)
    {
        try
        {
            byte[] json = await File.ReadAllBytesAsync(path, cancellationToken).ConfigureAwait(false);
            using JsonDocument document = JsonDocument.Parse(json);
            JsonElement bytecode = document.RootElement.GetProperty("bytecode");
            string code = (bytecode.ValueKind == JsonValueKind.Object ? bytecode.GetProperty("object") : bytecode).GetString() ?? "";
            byte[] bytes = Hex.Decode(code.StartsWith("0x", StringComparison.Ordinal) ? code : "0x" + code);
            return bytes.Length > 0 ? bytes : throw new FormatException("its bytecode is empty: an interface or an abstract contract");
        }
        catch (Exception e) when (e is IOException or JsonException or KeyNotFoundException or FormatException or InvalidOperationException)
        {
            throw new DevnetInstallException($"the contract artifact {path} cannot be used: {e.Message}", e);
        }
    }
}
