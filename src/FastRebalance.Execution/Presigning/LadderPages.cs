namespace FastRebalance.Execution.Presigning;

/// <summary>
/// Hands pages out again once nobody can read them, so that arming at every head leaves nothing to collect. The page of a fired slot is never
/// handed back: its bytes may have to be sent again. Account thread.
/// </summary>
internal sealed class LadderPages
{
    private const int MostKept = 8;

    private readonly List<LadderPage> _free = [];

    public LadderPage Rent(int bytes)
    {
        for (int i = 0; i < _free.Count; i++)
            if (_free[i].Bytes.Length >= bytes)
            {
                LadderPage page = _free[i];
                _free.RemoveAt(i);
                return page;
            }
        return new LadderPage(bytes);
    }

    /// <summary>Takes a page back that no thread reads any more, and wipes it: signed bytes are worth money to whoever finds them.</summary>
    public void Return(LadderPage page)
    {
        Array.Clear(page.Bytes);
        if (_free.Count < MostKept)
            _free.Add(page);
    }
}
