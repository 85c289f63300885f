using FastRebalance.Core.Assets;

namespace FastRebalance.Lending.Logs;

/// <summary>One log of a lending market, decoded: unmanaged, so that it can be recorded and replayed. The fields' meaning hangs on the kind.</summary>
public struct LendingEvent
{
    public LendingEventKind Kind;

    /// <summary>Of <see cref="LendingEventKind.ConfigurationSet"/>.</summary>
    public ReserveSetting Setting;

    /// <summary>Place of the reserve, or number of the category.</summary>
    public int Reserve;

    /// <summary>Of the block, in seconds.</summary>
    public ulong Time;

    public Address Account;
    public Address Other;
    public UInt256 A;
    public UInt256 B;
    public UInt256 C;
    public UInt256 D;
}
