using FastRebalance.Core.Events;
using FastRebalance.Execution.Fees;

namespace FastRebalance.Execution.Presigning;

/// <summary>
/// Every rung that is worth a signature, the likeliest first: over nonces, fee levels, sizes, foreseen orders and limits. Immutable; made off the
/// hot path, read by both sides.
/// </summary>
public sealed class LadderPlan
{
    private readonly OrderLeg[]?[] _legs;
    private readonly LimitRange[] _limits;

    private LadderPlan(IReadOnlyList<SlotPlan> slots, FeeQuote[] fees, ForeseenOrder[] routes, LadderOptions options)
    {
        Slots = slots;
        Fees = fees;
        RouteArray = routes;
        Options = options;
        Shape = new LadderShape(fees.Length, options.SizesBps.Count, routes.Length, options.LimitShiftsBps.Count);
        _legs = new OrderLeg[]?[Shape.Sizes * Shape.Routes * Shape.Limits];
        _limits = new LimitRange[_legs.Length];
        Rungs = InOrder();
    }

    /// <summary>Ascending without a gap; the first is the next to be used.</summary>
    public IReadOnlyList<SlotPlan> Slots { get; }

    /// <summary>Ascending in both fields.</summary>
    public IReadOnlyList<FeeQuote> Fees { get; }

    /// <summary>By rank.</summary>
    public IReadOnlyList<ForeseenOrder> Routes => RouteArray;

    public LadderOptions Options { get; }

    /// <summary>Of one slot.</summary>
    public LadderShape Shape { get; }

    /// <summary>The likeliest first. Rungs that cannot be, such as one that sells more than is held, are left out.</summary>
    public IReadOnlyList<RungKey> Rungs { get; }

    /// <param name="slots">Nonces without a gap, each with its decision.</param>
    /// <param name="fees">Levels, ascending in both fields, none above what a transaction may cost.</param>
    /// <param name="routes">Foreseen orders.</param>
    /// <param name="options">Sizes and limits.</param>
    /// <exception cref="ArgumentException">Something in it cannot be signed; the message says what.</exception>
    public static LadderPlan Create(
        IReadOnlyList<SlotPlan> slots, ReadOnlySpan<FeeQuote> fees, IReadOnlyList<ForeseenOrder> routes, LadderOptions options)
    {
        Require(slots.Count is > 0 and <= byte.MaxValue, $"{slots.Count} slots: at least one nonce is wanted");
        Require(routes.Count is > 0 and <= byte.MaxValue, $"{routes.Count} foreseen orders: at least one is wanted");
        Require(fees.Length is > 0 and <= byte.MaxValue, $"{fees.Length} fee levels: at least one is wanted");
        options.Validate(fees.Length);
        for (int i = 0; i < slots.Count; i++)
        {
            Require(slots[i].Nonce == slots[0].Nonce + (ulong)i, "the slots' nonces have a gap");
            Require(!slots[i].Decision.IsNone, $"the slot of nonce {slots[i].Nonce} has no decision");
        }
        for (int i = 0; i < fees.Length; i++)
        {
            Require(fees[i].TipWei <= fees[i].MaxFeePerGasWei, $"fee level {i} has a tip above its cap");
            Require(i == 0 || (fees[i].MaxFeePerGasWei > fees[i - 1].MaxFeePerGasWei && fees[i].TipWei >= fees[i - 1].TipWei), $"fee level {i} is not above the one before");
        }
        List<ForeseenOrder> ranked = [];
        foreach (ForeseenOrder route in routes.OrderBy(static route => route.Rank))
        {
            route.Validate();
            // Two routes of one call would be one transaction, armed twice and retired twice.
            if (!ranked.Exists(route.AsksTheSameAs))
                ranked.Add(route);
        }
        return new LadderPlan([.. slots], [.. fees], [.. ranked], options);
    }

    internal ForeseenOrder[] RouteArray { get; }

    /// <summary>The legs of the rungs of this size, route and limit; null where there are none.</summary>
    internal OrderLeg[]? LegsOf(int size, int route, int limit) => _legs[Shape.CallOf(size, route, limit)];

    /// <summary>Their limits; of one pair they can be told from a decision's at a glance.</summary>
    internal ref readonly LimitRange LimitsOf(int size, int route, int limit) => ref _limits[Shape.CallOf(size, route, limit)];

    private RungKey[] InOrder()
    {
        int usualFee = Options.UsualFee ?? (Fees.Count - 1) / 2;
        int usualSize = NearestToWhole();
        List<(int Distance, RungKey Key)> rungs = [];
        for (int size = 0; size < Shape.Sizes; size++)
            for (int route = 0; route < Shape.Routes; route++)
                for (int limit = 0; limit < Shape.Limits; limit++)
                {
                    int call = Shape.CallOf(size, route, limit);
                    if ((_legs[call] = Scale(size, route, limit)) is not { } legs)
                        continue;
                    _limits[call] = LimitRange.OfSigned(legs);
                    for (int fee = 0; fee < Shape.Fees; fee++)
                        for (int slot = 0; slot < Slots.Count; slot++)
                            rungs.Add((
                                DistanceOf(Math.Abs(size - usualSize), Math.Abs(fee - usualFee), route, limit),
                                new RungKey((byte)slot, (byte)fee, (byte)size, (byte)route, (byte)limit)));
                }
        return [.. rungs.OrderBy(static rung => rung.Key.Slot).ThenBy(static rung => rung.Distance).Select(static rung => rung.Key)];
    }

    // A size beside the usual one is about as likely as it; another tip, route or limit less so, and a far size least.
    private static int DistanceOf(int size, int fee, int route, int limit) => size + (4 * Math.Max(size - 1, 0)) + (2 * fee) + (6 * route) + (2 * limit);

    private OrderLeg[]? Scale(int size, int route, int limit)
    {
        IReadOnlyList<OrderLeg> foreseen = Routes[route].Legs;
        OrderLeg[] legs = new OrderLeg[foreseen.Count];
        for (int i = 0; i < legs.Length; i++)
        {
            OrderLeg leg = foreseen[i];
            if (!RungLegs.TryScale(in leg, Options.SizesBps[size], Options.LimitShiftsBps[limit], out legs[i]))
                return null;
        }
        return legs;
    }

    private int NearestToWhole()
    {
        int nearest = 0;
        for (int i = 1; i < Options.SizesBps.Count; i++)
            if (Math.Abs((int)Options.SizesBps[i] - 10_000) < Math.Abs((int)Options.SizesBps[nearest] - 10_000))
                nearest = i;
        return nearest;
    }

    private static void Require(bool holds, string message)
    {
        if (!holds)
            throw new ArgumentException($"a ladder cannot be planned: {message}");
    }
}
