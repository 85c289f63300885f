using FastRebalance.Execution.Transactions;

namespace FastRebalance.Execution.Presigning;

/// <summary>The call data of one slot's rungs: written once for each size, route and limit, since fee levels share it.</summary>
internal sealed class CallSheet
{
    private readonly (int Start, int Length)[] _places;
    private readonly LadderShape _shape;
    private byte[] _bytes = [];
    private int _end;

    private CallSheet(LadderShape shape)
    {
        _shape = shape;
        _places = new (int, int)[shape.Sizes * shape.Routes * shape.Limits];
    }

    /// <summary>The longest call.</summary>
    public int Longest { get; private set; }

    /// <summary>Writes all of them; null, and the encoder's word, where one cannot be.</summary>
    public static CallSheet? Write(LadderPlan plan, SlotPlan slot, IOrderEncoder encoder, out EncodeStatus status)
    {
        CallSheet sheet = new(plan.Shape);
        status = EncodeStatus.Encoded;
        for (int size = 0; size < plan.Shape.Sizes; size++)
            for (int route = 0; route < plan.Shape.Routes; route++)
                for (int limit = 0; limit < plan.Shape.Limits; limit++)
                    if (plan.LegsOf(size, route, limit) is not null && (status = sheet.Add(plan, slot, encoder, size, route, limit)) != EncodeStatus.Encoded)
                        return null;
        return sheet;
    }

    public ReadOnlyMemory<byte> CallOf(RungKey key)
    {
        (int start, int length) = _places[_shape.CallOf(key.Size, key.Route, key.Limit)];
        return _bytes.AsMemory(start, length);
    }

    private EncodeStatus Add(LadderPlan plan, SlotPlan slot, IOrderEncoder encoder, int size, int route, int limit)
    {
        ForeseenOrder foreseen = plan.RouteArray[route];
        int room = encoder.MaxLength(foreseen.LegArray.Length);
        if (_bytes.Length - _end < room)
            Array.Resize(ref _bytes, Math.Max(_bytes.Length * 2, _end + (room * 4)));
        OrderDeadline deadline = new(foreseen.MaxBlock, foreseen.DeadlineUnixSeconds);
        EncodeStatus status = encoder.TryEncode(slot.Decision.Number, deadline, plan.LegsOf(size, route, limit), _bytes.AsSpan(_end), out int length);
        _places[_shape.CallOf(size, route, limit)] = (_end, length);
        _end += length;
        Longest = Math.Max(Longest, length);
        return status;
    }
}
