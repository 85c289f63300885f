using System.Text.Encodings.Web;
using System.Text.Json;

namespace FastRebalance.Devnet.Files;

/// <summary>Writes a JSON file so that a reader finds either all of it or none: to a neighbour first, then renamed.</summary>
internal static class OutputFile
{
    // Not for the web: endpoints and symbols stay as they are read.
    private static readonly JsonWriterOptions Readable = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static void Write(string path, Action<Utf8JsonWriter> write)
    {
        string fresh = path + ".new";
        using (FileStream stream = File.Create(fresh))
        {
            using (Utf8JsonWriter writer = new(stream, Readable))
                write(writer);
            stream.WriteByte((byte)'\n');
        }
        File.Move(fresh, path, overwrite: true);
    }
}
