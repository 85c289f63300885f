using FastRebalance.Core.Assets;

namespace FastRebalance.Bench.Routing.Peers;

/// <summary>A peer says of its answer what the swaps do not bring.</summary>
/// <param name="Where">Instance, order, and which answer to it.</param>
/// <param name="Claimed">Base units that it says.</param>
/// <param name="Brought">Base units that its swaps bring on our pools.</param>
public sealed record PeerClaim(string Where, UInt256 Claimed, UInt256 Brought)
{
    /// <summary>Above zero where the peer says too much, as a share of what there is.</summary>
    public double Excess => Claimed >= Brought
        ? (double)UInt256.WrappingSubtract(Claimed, Brought) / (double)Brought
        : -(double)UInt256.WrappingSubtract(Brought, Claimed) / (double)Brought;
}
