using System.Text.Json;
using FastRebalance.Core.Assets;
using FastRebalance.Devnet.Install;
using FastRebalance.Ethereum.Encoding;

namespace FastRebalance.Devnet.Market;

/// <summary>Reads creation code that calls libraries: the holes which <c>linkReferences</c> of the artifact names are filled with their addresses.</summary>
internal static class LinkedArtifact
{
    /// <param name="path">The artifact.</param>
    /// <param name="libraries">By the library's name; those that the code does not call are left alone.</param>
    /// <exception cref="DevnetInstallException">The file is missing, holds no code, or calls a library that is not given; the message names it.</exception>
    public static async Task<byte[]> ReadCode(string path, IReadOnlyDictionary<string, Address> libraries, CancellationToken cancellationToken)
    {
        try
        {
            byte[] json = await File.ReadAllBytesAsync(path, cancellationToken).ConfigureAwait(false);
            using JsonDocument document = JsonDocument.Parse(json);
            char[] digits = document.RootElement.GetProperty("bytecode").GetString()!.ToCharArray();
            foreach (JsonProperty file in document.RootElement.GetProperty("linkReferences").EnumerateObject())
                foreach (JsonProperty library in file.Value.EnumerateObject())
                    Fill(digits, library, libraries);
            return Hex.Decode(digits);
        }
        catch (Exception e) when (e is IOException or JsonException or KeyNotFoundException or FormatException or InvalidOperationException)
        {
            throw new DevnetInstallException($"the contract artifact {path} cannot be used: {e.Message}", e);
        }
    }

    private static void Fill(char[] digits, JsonProperty library, IReadOnlyDictionary<string, Address> libraries)
    {
        if (!libraries.TryGetValue(library.Name, out Address address))
            throw new KeyNotFoundException($"it calls the library {library.Name}, which was not created before it");
        string written = address.ToString()[2..];
        foreach (JsonElement hole in library.Value.EnumerateArray())
        {
            // Two digits a byte, behind the 0x.
            int at = 2 + 2 * hole.GetProperty("start").GetInt32();
            if (hole.GetProperty("length").GetInt32() != Address.Length || at + written.Length > digits.Length)
                throw new FormatException($"the hole for {library.Name} at {at} does not fit an address");
            written.CopyTo(0, digits, at, written.Length);
        }
    }
}
