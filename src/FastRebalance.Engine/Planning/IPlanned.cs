namespace FastRebalance.Engine.Planning;

/// <summary>A target whose weights a planner finds and a plan brings.</summary>
public interface IPlanned
{
    IAllocator Allocator { get; }
}
