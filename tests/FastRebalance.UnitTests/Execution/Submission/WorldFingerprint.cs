using System.Collections;
using System.Reflection;
using FastRebalance.Core.Assets;
using FastRebalance.Execution.Fees;
using FastRebalance.Execution.Submission;

namespace FastRebalance.UnitTests.Execution.Submission;

/// <summary>
/// One number for everything that a world and its machine hold, to their last private field: worlds that differ anywhere that matters differ here, and
/// a field that is added is in it by itself.
/// </summary>
internal sealed class WorldFingerprint
{
    private static readonly Dictionary<Type, FieldInfo[]> Fields = [];
    private readonly Dictionary<object, int> _met = new(ReferenceEqualityComparer.Instance);
    private ulong _hash = 14_695_981_039_346_656_037;

    public static ulong Of(AccountWorld world)
    {
        WorldFingerprint print = new();
        print.Walk(world);
        return print._hash;
    }

    private void Walk(object? value)
    {
        switch (value)
        {
            case null:
                Mix(0x9E37);
                return;
            case string or Delegate or FeePolicy or WorldSetup or InputCoverage:
                return; // words for people, and what never changes
            case ValueType when value.GetType().IsPrimitive || IsPlain(value):
                Mix((ulong)(uint)value.GetHashCode() + 1);
                return;
            case ReadOnlyMemory<byte> raw:
                Mix(raw.IsEmpty ? 1 : (ulong)BitConverter.ToInt32(raw.Span) + 2);
                return;
        }
        if (value is not ValueType && !IsNew(value))
            return;
        if (value is IEnumerable many)
        {
            foreach (object? one in many)
                Walk(one);
            Mix(0xC0DE);
            return;
        }
        foreach (FieldInfo field in FieldsOf(value.GetType()))
            Walk(field.GetValue(value));
    }

    private static bool IsPlain(object value) => value is Hash32 or UInt256 or FeeQuote or DecisionId or SlotOrder or MinedFact or AccountTerms or Enum;

    private bool IsNew(object value)
    {
        bool isNew = _met.TryAdd(value, _met.Count);
        Mix((ulong)_met[value] + 0xABCD);
        return isNew;
    }

    private static FieldInfo[] FieldsOf(Type type)
    {
        if (!Fields.TryGetValue(type, out FieldInfo[]? fields))
            Fields.Add(type, fields = [.. type.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic)]);
        return fields;
    }

    private void Mix(ulong value) => _hash = ulong.RotateLeft((_hash ^ value) * 1_099_511_628_211, 23);
}
