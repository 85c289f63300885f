using FastRebalance.Amm;
using FastRebalance.Core.Assets;
using FastRebalance.UnitTests.Verification;

namespace FastRebalance.UnitTests.Routing;

/// <summary>Has nothing to sell, and when told so another version each time that somebody asks for it.</summary>
internal sealed class RestlessPool(PoolId id, AssetId first, AssetId second) : BoastfulPool(id, 1, first, second)
{
    private ulong _looks;

    public bool MovesWhenLookedAt { get; set; }

    public override ulong Version => MovesWhenLookedAt ? ++_looks : _looks;

    protected override int Segments(int sell, int buy, Span<CurveSegment> segments, int most) => 0;
}
