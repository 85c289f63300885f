using System.Text.Json;
using FastRebalance.Core.Assets;
using FastRebalance.Ethereum.Encoding;
using FastRebalance.Ethereum.Keys;
using FastRebalance.Ethereum.Rpc;

namespace FastRebalance.Devnet.Market;

/// <summary>
/// Sends a long line of transactions from one account that the node itself unlocks, without waiting for any: the nonces keep their
/// order, so a later one may build on an earlier one. <see cref="MineAsync"/> then brings all of them into blocks and looks at every
/// receipt. One caller at a time.
/// </summary>
internal sealed class SetupSender(EthereumNode node, Address account, ulong firstNonce)
{
    /// <summary>A fee cap far above what a fresh chain asks.</summary>
    public const ulong MaxFeePerGasWei = 100_000_000_000;

    private const int MostBlocks = 64;

    // Below the node's block limit of 30 million with room for other accounts. A transaction that does not fit its block would take
    // those behind it along: the node drops them for the gap in their nonces.
    private const ulong MostGasPerBlock = 24_000_000;

    private readonly List<(Hash32 Hash, string What)> _open = [];
    private ulong _nonce = firstNonce;
    private ulong _unminedGas;

    public Address Account => account;

    /// <summary>Sends creation code and returns the address that the contract will have.</summary>
    public Task<Address> CreateAsync(string what, byte[] creationCode, CancellationToken cancellationToken) =>
        CreateAsync(what, creationCode, 6_500_000, cancellationToken);

    public async Task<Address> CreateAsync(string what, byte[] creationCode, ulong gas, CancellationToken cancellationToken)
    {
        Address created = AccountAddress.OfCreated(account, _nonce);
        await SendAsync("creating " + what, null, creationCode, UInt256.Zero, gas, cancellationToken).ConfigureAwait(false);
        return created;
    }

    public Task CallAsync(string what, Address to, byte[] data, ulong gas, CancellationToken cancellationToken) =>
        SendAsync(what, to, data, UInt256.Zero, gas, cancellationToken);

    public async Task SendAsync(string what, Address? to, byte[] data, UInt256 valueWei, ulong gas, CancellationToken cancellationToken)
    {
        if (_unminedGas + gas > MostGasPerBlock)
            await MineBlock(cancellationToken).ConfigureAwait(false);
        _unminedGas += gas;
        ulong nonce = _nonce++;
        JsonElement hash = await node.InvokeAsync("eth_sendTransaction", writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("from"u8, account.ToString());
            if (to is { } address)
                writer.WriteString("to"u8, address.ToString());
            writer.WriteString("input"u8, Hex.Encode(data));
            writer.WriteString("value"u8, Hex.Quantity(valueWei));
            writer.WriteString("gas"u8, Hex.Quantity(gas));
            writer.WriteString("nonce"u8, Hex.Quantity(nonce));
            writer.WriteString("maxFeePerGas"u8, Hex.Quantity(MaxFeePerGasWei));
            writer.WriteString("maxPriorityFeePerGas"u8, Hex.Quantity(1_000_000_000));
            writer.WriteEndObject();
        }, cancellationToken).ConfigureAwait(false);
        Watch(Hash32.Parse(hash.GetString()), what);
    }

    /// <summary>Looks after a transaction that was sent by other means as well.</summary>
    public void Watch(Hash32 hash, string what) => _open.Add((hash, what));

    /// <summary>Mines until every transaction has a receipt.</summary>
    /// <exception cref="InvalidOperationException">One of them failed or was lost; the message says what it was for.</exception>
    public async Task MineAsync(CancellationToken cancellationToken)
    {
        int mined = 0;
        foreach ((Hash32 hash, string what) in _open)
        {
            Receipt? receipt;
            while ((receipt = await node.ReceiptAsync(hash, cancellationToken).ConfigureAwait(false)) is null)
            {
                if (mined++ == MostBlocks)
                    throw new InvalidOperationException($"{what}: the node did not mine {hash} in {MostBlocks} blocks");
                await MineBlock(cancellationToken).ConfigureAwait(false);
            }
            if (!receipt.Succeeded)
                throw new InvalidOperationException($"{what}: {hash} failed after {receipt.GasUsed} gas");
        }
        _open.Clear();
    }

    private async Task MineBlock(CancellationToken cancellationToken)
    {
        await node.InvokeAsync("evm_mine", null, cancellationToken).ConfigureAwait(false);
        _unminedGas = 0;
    }
}
