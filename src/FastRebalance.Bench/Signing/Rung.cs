using FastRebalance.Core.Assets;
using FastRebalance.Ethereum.Rpc.Framing;
using FastRebalance.Ethereum.Transactions;
using FastRebalance.Native;

namespace FastRebalance.Bench.Signing;

/// <summary>
/// One pre-signed transaction in the forms in which it could leave: its bytes, its hash, and a frame for each kind of channel. Memory is
/// made once; signing it again with another nonce allocates nothing.
/// </summary>
internal sealed class Rung : IDisposable
{
    public const int CallDataBytes = 1024;

    private readonly IRawTransactionFraming[] _framings = [new IpcFraming(), new WebSocketFraming(), new HttpFraming(new Uri("http://127.0.0.1:8545/"))];
    private readonly byte[][] _frames;
    private readonly int[] _frameLengths;
    private readonly byte[] _bytes;
    private readonly byte[] _scratch;
    private readonly TransactionSigner _signer;
    private TransactionFields _fields;
    private Hash32 _hash;
    private int _length;

    public Rung(in PrivateKey key)
    {
        _signer = new TransactionSigner(in key, chainId: 1);
        byte[] data = new byte[CallDataBytes];
        new Random(11).NextBytes(data);
        _fields = new TransactionFields
        {
            Kind = TransactionKind.DynamicFee,
            ChainId = 1,
            Nonce = 1_000_000,
            MaxPriorityFeePerGasWei = 1_500_000_000,
            MaxFeePerGasWei = 90_000_000_000,
            GasLimit = 900_000,
            To = Address.Parse("0x3535353535353535353535353535353535353535"),
            Data = data,
        };
        _bytes = new byte[TransactionEncoder.MaxLength(in _fields)];
        _scratch = new byte[_bytes.Length];
        _frames = [.. _framings.Select(framing => new byte[framing.MaxLength(_bytes.Length)])];
        _frameLengths = new int[_frames.Length];
        Make(0);
        Frame();
    }

    public int Length => _length;

    public int FrameBytes => _frameLengths.Sum();

    public Hash32 SigningHash => TransactionEncoder.SigningHash(in _fields, _scratch);

    /// <summary>Signs the next one and frames it.</summary>
    public void Make(int number)
    {
        _fields.Nonce = 1_000_000 + (ulong)number;
        _length = _signer.Sign(in _fields, _bytes, out _hash);
        Frame();
    }

    public void Frame()
    {
        for (int i = 0; i < _framings.Length; i++)
            _frameLengths[i] = _framings[i].Write(_fields.Nonce, _bytes.AsSpan(0, _length), _frames[i]);
    }

    /// <summary>Reads everything back; null where it is what was signed.</summary>
    public string? Flaw()
    {
        TransactionVerdict verdict = TransactionDecoder.Decode(_bytes.AsMemory(0, _length), out SignedTransaction read);
        if (!verdict.IsValid) return $"a rung is not a transaction: {verdict}";
        if (read.Hash != _hash || read.Fields.Nonce != _fields.Nonce || !read.Fields.Data.Span.SequenceEqual(_fields.Data.Span)) return "a rung says something else";
        if (!read.TryRecoverSender(out Address sender) || sender != _signer.Address) return "a rung's signature leads to another account";
        byte[] hex = System.Text.Encoding.ASCII.GetBytes("[\"0x" + Convert.ToHexStringLower(_bytes.AsSpan(0, _length)) + "\"]}");
        // The WebSocket's is masked: its mask stands before a payload whose length is the IPC frame's.
        byte[] unmasked = [.. _frames[1].AsSpan(_frameLengths[1] - _frameLengths[0], _frameLengths[0])];
        ReadOnlySpan<byte> mask = _frames[1].AsSpan(_frameLengths[1] - _frameLengths[0] - 4, 4);
        for (int i = 0; i < unmasked.Length; i++)
            unmasked[i] ^= mask[i % 4];
        bool isFramed = _frames[0].AsSpan(0, _frameLengths[0]).EndsWith(hex)
            && unmasked.AsSpan().SequenceEqual(_frames[0].AsSpan(0, _frameLengths[0]))
            && _frames[2].AsSpan(0, _frameLengths[2]).EndsWith(_frames[0].AsSpan(0, _frameLengths[0]));
        return isFramed ? null : "a frame does not hold the rung's bytes";
    }

    public void Dispose() => _signer.Dispose();
}
