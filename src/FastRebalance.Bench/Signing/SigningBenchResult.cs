using System.Text.Json;

namespace FastRebalance.Bench.Signing;

/// <summary>Nanoseconds, medians. The reading of the clock is in each of them alike.</summary>
/// <param name="Processor">What it was measured on.</param>
/// <param name="Cores">Cores that the process may use.</param>
/// <param name="Runtime">The runtime and its collector.</param>
/// <param name="Load">Runnable threads of the machine; null where nobody tells.</param>
/// <param name="SignsByComb">Whether libsecp256k1 is of the release, or later, that brought the quicker multiplication.</param>
/// <param name="Rounds">Rounds; in each everything is done once, in turn.</param>
/// <param name="CallDataBytes">Call data of the transaction.</param>
/// <param name="TransactionBytes">The signed transaction.</param>
/// <param name="FrameBytes">Its three frames together.</param>
/// <param name="Rungs">Rungs of the ladder.</param>
/// <param name="LibraryP50Ns">libsecp256k1's sign_recoverable alone.</param>
/// <param name="SignP50Ns">The same signature through the safe face: checks, travelling form, parity.</param>
/// <param name="SignOverLibrary">Median of the ratios of the two within a round.</param>
/// <param name="EncodeHashP50Ns">RLP and Keccak of the unsigned transaction.</param>
/// <param name="FramesP50Ns">The frames of an IPC, a WebSocket and an HTTP channel.</param>
/// <param name="RungP50Ns">A rung of the ladder: encode, hash, sign, encode, hash and the three frames.</param>
/// <param name="RungBeyondSignatureP50Ns">Median of what a rung takes longer than the signature alone within a round.</param>
/// <param name="LoneRungP50Ns">The same for a rung that is signed alone.</param>
/// <param name="RecoverP50Ns">The sender's public key from a signature.</param>
/// <param name="KeccakBlockNs">A block of 136 bytes within a long message.</param>
/// <param name="ClockNs">Reading the clock twice, as round every measure.</param>
/// <param name="AllocatedBytes">Allocated on the measuring thread while it measured.</param>
/// <param name="StrayBytes">Booked by fewer than one round in a hundred: the runtime's.</param>
/// <param name="Wrong">What was found to be wrong; empty where all is right.</param>
public sealed record SigningBenchResult(
    string Processor,
    int Cores,
    string Runtime,
    string? Load,
    bool SignsByComb,
    int Rounds,
    int CallDataBytes,
    int TransactionBytes,
    int FrameBytes,
    int Rungs,
    double LibraryP50Ns,
    double SignP50Ns,
    double SignOverLibrary,
    double EncodeHashP50Ns,
    double FramesP50Ns,
    double RungP50Ns,
    double RungBeyondSignatureP50Ns,
    double LoneRungP50Ns,
    double RecoverP50Ns,
    double KeccakBlockNs,
    double ClockNs,
    long AllocatedBytes,
    long StrayBytes,
    IReadOnlyList<string> Wrong)
{
    public bool IsRight => Wrong.Count == 0;

    /// <summary>One JSON document.</summary>
    public void WriteJson(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteString("processor", Processor);
        writer.WriteNumber("cores", Cores);
        writer.WriteString("runtime", Runtime);
        writer.WriteString("load", Load);
        writer.WriteBoolean("signsByComb", SignsByComb);
        writer.WriteNumber("rounds", Rounds);
        writer.WriteNumber("callDataBytes", CallDataBytes);
        writer.WriteNumber("transactionBytes", TransactionBytes);
        writer.WriteNumber("frameBytes", FrameBytes);
        writer.WriteNumber("rungs", Rungs);
        Number("libraryP50Ns", LibraryP50Ns, 0);
        Number("signP50Ns", SignP50Ns, 0);
        Number("signOverLibrary", SignOverLibrary, 4);
        Number("encodeHashP50Ns", EncodeHashP50Ns, 0);
        Number("framesP50Ns", FramesP50Ns, 0);
        Number("rungP50Ns", RungP50Ns, 0);
        Number("rungBeyondSignatureP50Ns", RungBeyondSignatureP50Ns, 0);
        Number("loneRungP50Ns", LoneRungP50Ns, 0);
        Number("recoverP50Ns", RecoverP50Ns, 0);
        Number("keccakBlockNs", KeccakBlockNs, 1);
        Number("clockNs", ClockNs, 1);
        writer.WriteNumber("allocatedBytes", AllocatedBytes);
        writer.WriteNumber("strayBytes", StrayBytes);
        writer.WriteStartArray("wrong");
        foreach (string wrong in Wrong)
            writer.WriteStringValue(wrong);
        writer.WriteEndArray();
        writer.WriteEndObject();

        void Number(string name, double value, int digits) => writer.WriteNumber(name, Math.Round(value, digits));
    }

    /// <summary>Lines for people.</summary>
    public void WriteText(TextWriter writer)
    {
        Line($"{Processor}, {Cores} cores, {Runtime}{(Load is null ? "" : $", load {Load}")}");
        Line($"libsecp256k1 {(SignsByComb ? "0.5 or newer" : "older than 0.5: see doctor")}; medians of {Rounds} rounds, everything once a round; microseconds");
        Line($"signature: library alone {LibraryP50Ns / 1000:0.00}, through the safe face {SignP50Ns / 1000:0.00} ({SignOverLibrary - 1:+0.0%;-0.0%} within a round); recovery {RecoverP50Ns / 1000:0.00}");
        Line($"transaction of {TransactionBytes} bytes ({CallDataBytes} of call data): RLP and Keccak {EncodeHashP50Ns / 1000:0.00}; its three frames, {FrameBytes} bytes, {FramesP50Ns / 1000:0.00}");
        Line($"whole rung of a ladder of {Rungs}: {RungP50Ns / 1000:0.00}, which is {RungBeyondSignatureP50Ns / 1000:0.00} beyond the signature; signed alone {LoneRungP50Ns / 1000:0.00}");
        Line($"Keccak: {KeccakBlockNs:0} ns a block of 136 bytes; the clock, in every figure: {ClockNs:0} ns");
        Line($"allocated while measuring: {AllocatedBytes} bytes, and {StrayBytes} booked by fewer than one round in a hundred");
        foreach (string wrong in Wrong)
            Line($"WRONG: {wrong}");

        void Line(FormattableString text) => writer.WriteLine(FormattableString.Invariant(text));
    }
}
