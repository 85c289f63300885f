using FastRebalance.Messaging;

namespace FastRebalance.Execution.Presigning;

/// <summary>Shots on their way from the trigger thread to the account thread: one writer, one reader, a fixed number of places.</summary>
internal sealed class FiredQueue
{
    private const int Places = 64;

    private readonly FireOutcome[] _places = new FireOutcome[Places];
    private readonly Sequence _written = new(0);
    private readonly Sequence _read = new(0);

    /// <summary>Writer.</summary>
    public bool HasRoom => _written.Value - _read.Value < Places;

    /// <summary>Writer: the next place is within reach then.</summary>
    public void Touch()
    {
        if (HasRoom)
            _places[_written.Value % Places] = default;
    }

    /// <summary>Writer, where there is room.</summary>
    public void Add(in FireOutcome outcome)
    {
        long at = _written.Value;
        _places[at % Places] = outcome;
        _written.Set(at + 1);
    }

    /// <summary>Reader.</summary>
    public bool TryTake(out FireOutcome outcome)
    {
        long at = _read.Value;
        outcome = default;
        if (at == _written.Value)
            return false;
        outcome = _places[at % Places];
        _places[at % Places] = default;
        _read.Set(at + 1);
        return true;
    }
}
