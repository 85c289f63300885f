namespace FastRebalance.Devnet.Node;

/// <summary>The last lines of a program's output, for error messages. Any thread.</summary>
internal sealed class OutputTail
{
    private const int Capacity = 20;

    private readonly Queue<string> _lines = new(Capacity);

    public void Add(string line)
    {
        lock (_lines)
        {
            if (_lines.Count == Capacity)
                _lines.Dequeue();
            _lines.Enqueue(line);
        }
    }

    public override string ToString()
    {
        lock (_lines)
            return string.Join('\n', _lines);
    }
}
