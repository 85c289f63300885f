using FastRebalance.Core.Assets;
using FastRebalance.Ethereum.Encoding;

namespace FastRebalance.Devnet.Market;

/// <summary>Writes call data of any length into an array of its own. For set-up and noise: it allocates and throws.</summary>
internal static class CallData
{
    internal delegate void Arguments(ref AbiWriter writer);

    /// <summary>A call with static arguments of so many words, or with dynamic ones that the callback opens itself.</summary>
    public static byte[] Of(string signature, int headWords, Arguments write, int capacity = 1024) =>
        Write(capacity, (ref AbiWriter writer) =>
        {
            writer.BeginCall(AbiSelector.Of(signature), headWords);
            write(ref writer);
        });

    /// <summary>Creation code followed by constructor arguments.</summary>
    public static byte[] Creation(byte[] code, int headWords, Arguments write) =>
        [.. code, .. Write(1024, (ref AbiWriter writer) =>
        {
            writer.BeginArguments(headWords);
            write(ref writer);
        })];

    public static byte[] Creation(byte[] code, params Address[] arguments) =>
        Creation(code, arguments.Length, (ref AbiWriter writer) =>
        {
            foreach (Address argument in arguments)
                writer.WriteAddress(argument);
        });

    private static byte[] Write(int capacity, Arguments write)
    {
        byte[] buffer = new byte[capacity];
        AbiWriter writer = new(buffer);
        write(ref writer);
        return writer.TryFinish(out int length, out AbiStatus status)
            ? buffer[..length]
            : throw new InvalidOperationException($"call data could not be written: {status}");
    }
}
