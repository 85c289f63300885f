using FastRebalance.Core.Assets;
using FastRebalance.Ethereum.Rpc.Framing;
using FastRebalance.Ethereum.Transactions;
using FastRebalance.Native;

namespace FastRebalance.Bench.Signing;

/// <summary>
/// Pre-signed rungs in the forms in which they could leave: one call at rising fees, and of each rung its bytes, its hash, and a frame for
/// each kind of channel. Memory is made once; signing again with another nonce allocates nothing.
/// </summary>
internal sealed class Ladder : IDisposable
{
    public const int CallDataBytes = 1024;

    private const int Kinds = 3;

    private readonly IRawTransactionFraming[] _framings = [new IpcFraming(), new WebSocketFraming(), new HttpFraming(new Uri("http://127.0.0.1:8545/"))];
    private readonly TransactionSigner _signer;
    private readonly TransactionFields[] _rungs;
    private readonly SignedBytes[] _signed;
    private readonly byte[][] _frames;
    private readonly int[] _frameLengths;
    private readonly byte[] _bytes;
    private readonly byte[] _scratch;

    public Ladder(in PrivateKey key, int rungs)
    {
        _signer = new TransactionSigner(in key, chainId: 1);
        byte[] data = new byte[CallDataBytes];
        new Random(11).NextBytes(data);
        _rungs = [.. Enumerable.Range(0, rungs).Select(i => Fields(data, i))];
        _signed = new SignedBytes[rungs];
        int longest = _rungs.Max(fields => TransactionEncoder.MaxLength(in fields));
        _bytes = new byte[rungs * longest];
        _scratch = new byte[longest];
        _frames = [.. Enumerable.Range(0, rungs * Kinds).Select(i => new byte[_framings[i % Kinds].MaxLength(longest)])];
        _frameLengths = new int[_frames.Length];
        Make(0);
    }

    public int Rungs => _rungs.Length;

    /// <summary>Bytes of one signed transaction.</summary>
    public int TransactionBytes => _signed[0].Length;

    /// <summary>Bytes of its three frames together.</summary>
    public int FrameBytes => _frameLengths[..Kinds].Sum();

    /// <summary>RLP and Keccak of the first rung.</summary>
    public Hash32 SigningHash() => TransactionEncoder.SigningHash(in _rungs[0], _scratch);

    /// <summary>Signs every rung for the next nonce and frames it.</summary>
    public void Make(int number)
    {
        foreach (ref TransactionFields fields in _rungs.AsSpan()) fields.Nonce = 1_000_000 + (ulong)number;
        _signer.SignAll(_rungs, _bytes, _signed);
        for (int rung = 0; rung < _rungs.Length; rung++) Frame(rung);
    }

    public void Frame(int rung)
    {
        SignedBytes signed = _signed[rung];
        ReadOnlySpan<byte> transaction = _bytes.AsSpan(signed.Start, signed.Length);
        for (int kind = 0; kind < Kinds; kind++)
            _frameLengths[rung * Kinds + kind] = _framings[kind].Write(_rungs[rung].Nonce, transaction, _frames[rung * Kinds + kind]);
    }

    /// <summary>Reads everything back; null where it is what was signed.</summary>
    public string? Flaw() => Enumerable.Range(0, _rungs.Length).Select(FlawOf).FirstOrDefault(flaw => flaw is not null);

    public void Dispose() => _signer.Dispose();

    private static TransactionFields Fields(byte[] data, int rung) => new()
    {
        Kind = TransactionKind.DynamicFee,
        ChainId = 1,
        MaxPriorityFeePerGasWei = 1_500_000_000UL * (ulong)(rung + 1),
        MaxFeePerGasWei = 90_000_000_000UL + 1_500_000_000UL * (ulong)(rung + 1),
        GasLimit = 900_000,
        To = Address.Parse("0x3535353535353535353535353535353535353535"),
        Data = data,
    };

    private string? FlawOf(int rung)
    {
        SignedBytes signed = _signed[rung];
        ReadOnlyMemory<byte> bytes = _bytes.AsMemory(signed.Start, signed.Length);
        TransactionVerdict verdict = TransactionDecoder.Decode(bytes, out SignedTransaction read);
        if (!verdict.IsValid) return $"a rung is not a transaction: {verdict}";
        ref readonly TransactionFields said = ref _rungs[rung];
        bool isTheSame = read.Hash == signed.Hash && read.Fields.Nonce == said.Nonce && read.Fields.MaxFeePerGasWei == said.MaxFeePerGasWei
            && read.Fields.Data.Span.SequenceEqual(said.Data.Span);
        if (!isTheSame) return "a rung says something else";
        if (!read.TryRecoverSender(out Address sender) || sender != _signer.Address) return "a rung's signature leads to another account";
        return HoldFrames(rung, bytes.Span) ? null : "a frame does not hold the rung's bytes";
    }

    private bool HoldFrames(int rung, ReadOnlySpan<byte> bytes)
    {
        ReadOnlySpan<byte> ipc = FrameOf(rung, 0), webSocket = FrameOf(rung, 1), http = FrameOf(rung, 2);
        byte[] request = System.Text.Encoding.ASCII.GetBytes("[\"0x" + Convert.ToHexStringLower(bytes) + "\"]}");
        int start = webSocket.Length - ipc.Length; // of the payload; the mask stands before it
        byte[] unmasked = webSocket[start..].ToArray();
        for (int i = 0; i < unmasked.Length; i++)
            unmasked[i] ^= webSocket[start - 4 + i % 4];
        return ipc.EndsWith(request) && ipc.SequenceEqual(unmasked) && http.EndsWith(ipc);
    }

    private ReadOnlySpan<byte> FrameOf(int rung, int kind) => _frames[rung * Kinds + kind].AsSpan(0, _frameLengths[rung * Kinds + kind]);
}
