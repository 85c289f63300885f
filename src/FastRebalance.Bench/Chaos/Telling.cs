using System.Globalization;
using System.Text;
using FastRebalance.Core.Assets;

namespace FastRebalance.Bench.Chaos;

/// <summary>
/// What a victim says, a line each, handed to the kernel before the call returns: a line that is read whole was true before the death. Small
/// letters are begun, capitals are done.
/// </summary>
/// <remarks>
/// <c>t ID</c> an order is handed over · <c>a/A NONCE HASH KIND SPACE NUMBER</c> armed · <c>r/R NONCE HASH</c> let go · <c>d/D NONCE HASH</c>
/// retired · <c>n/N NONCE</c> unsent · <c>K NONCE HASH</c> acknowledged · <c>I NONCE HASH</c> included · <c>f/F NONCE OUTCOME</c> final ·
/// <c>x/X MODE</c> kill switch · <c>l/L</c> lifted · recovered: <c>S NONCE OUTCOME</c>, <c>H NONCE HASH RELEASED</c>, then <c>O FLOOR KILL EPOCH</c> ·
/// <c>y ID WHY</c> an order was not taken · <c>U</c> up · <c>Q</c> all is final · <c>E WORDS</c> it failed.
/// </remarks>
internal sealed class Telling(Stream to)
{
    private readonly Lock _gate = new();

    public void Say(FormattableString line)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{line.ToString(CultureInfo.InvariantCulture)}\n"));
        lock (_gate)
            to.Write(bytes);
    }

    public void Say(char what, ulong nonce, in Hash32 hash) => Say($"{what} {nonce} {hash}");
}
