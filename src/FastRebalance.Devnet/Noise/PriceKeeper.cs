using FastRebalance.Core.Assets;
using FastRebalance.Devnet.Market;
using FastRebalance.Ethereum.Encoding;
using FastRebalance.Ethereum.Rpc;

namespace FastRebalance.Devnet.Noise;

/// <summary>
/// Keeps the lending market's simulated prices near those of the walk, as reporters of a real source do: a new one where the old is off by half a
/// percent. The noise trader's, which calls it after each block.
/// </summary>
internal sealed class PriceKeeper(EthereumNode node, Address owner, IReadOnlyList<DevnetReserve> reserves)
{
    private const double Deviation = 0.005;
    private const double OneDollar = 1e8;
    private const ulong Gas = 120_000;

    private readonly double[] _told = new double[reserves.Count];

    public async Task TellAsync(PriceWalk walk, CancellationToken cancellationToken)
    {
        for (int i = 0; i < reserves.Count; i++)
        {
            double price = walk.PriceOf(reserves[i].Symbol);
            if (Math.Abs(price / _told[i] - 1) < Deviation)
                continue;
            await SendAsync(reserves[i].PriceSource, PoolMath.BaseUnits(price * OneDollar), cancellationToken).ConfigureAwait(false);
            _told[i] = price;
        }
    }

    private Task SendAsync(Address source, UInt256 price, CancellationToken cancellationToken) => node.InvokeAsync("eth_sendTransaction", writer =>
    {
        writer.WriteStartObject();
        writer.WriteString("from"u8, owner.ToString());
        writer.WriteString("to"u8, source.ToString());
        writer.WriteString("input"u8, Hex.Encode(CallData.Of("setAnswer(int256)", 1, (ref AbiWriter to) => to.WriteUInt256(price))));
        writer.WriteString("gas"u8, Hex.Quantity(Gas));
        writer.WriteString("maxFeePerGas"u8, Hex.Quantity(SetupSender.MaxFeePerGasWei));
        writer.WriteString("maxPriorityFeePerGas"u8, Hex.Quantity(2_000_000_000));
        writer.WriteEndObject();
    }, cancellationToken);
}
