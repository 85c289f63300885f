namespace FastRebalance.Watching;

/// <summary>
/// An operator's keys at a terminal, and the confirmation that each wants: one key for a pause or a resume, the whole word for what sells or kills. Knows no terminal;
/// characters go in, a line to show comes out.
/// </summary>
public sealed class OperatorPrompt
{
    /// <summary>What the keys are for.</summary>
    public const string Help = "p pause   r resume   f flatten   k kill   q leave";

    private const char Escape = '\u001b';
    private const char Backspace = '\b';
    private const char Delete = '\u007f';

    private static readonly Dictionary<char, OperatorAction> s_kills = new()
    {
        ['s'] = OperatorAction.KillSoft, ['h'] = OperatorAction.KillHard, ['c'] = OperatorAction.KillCold,
    };

    private OperatorAction _asked;
    private bool _picksKill;
    private string _typed = "";

    /// <summary>What is asked now; <see cref="Help"/> while nothing is.</summary>
    public string Line => _picksKill
        ? "kill: s soft (no new order), h hard (and cancel what is out), c cold (send nothing more); any other key leaves it"
        : _asked == OperatorAction.None ? Help
        : WantsWord ? $"type {Word} and Enter to confirm, Esc to leave it: {_typed}"
        : $"{Word}? y to confirm, any other key leaves it";

    /// <summary>Nothing is asked: other keys are free.</summary>
    public bool IsIdle => !_picksKill && _asked == OperatorAction.None;

    private bool WantsWord => _asked is OperatorAction.Flatten or OperatorAction.KillSoft or OperatorAction.KillHard or OperatorAction.KillCold;

    private string Word => OperatorActions.WordOf(_asked);

    /// <summary>Takes a key.</summary>
    /// <returns>The action that this key confirmed; none otherwise.</returns>
    public OperatorAction Take(char key)
    {
        if (_picksKill)
        {
            _picksKill = false;
            _asked = s_kills.GetValueOrDefault(char.ToLowerInvariant(key));
            return OperatorAction.None;
        }
        if (_asked == OperatorAction.None)
        {
            Begin(char.ToLowerInvariant(key));
            return OperatorAction.None;
        }
        return WantsWord ? TakeLetter(key) : End(key is 'y' or 'Y');
    }

    private void Begin(char key)
    {
        _picksKill = key == 'k';
        _asked = key switch { 'p' => OperatorAction.Pause, 'r' => OperatorAction.Resume, 'f' => OperatorAction.Flatten, _ => OperatorAction.None };
    }

    private OperatorAction TakeLetter(char key)
    {
        switch (key)
        {
            case Escape:
                return End(isConfirmed: false);
            case '\r' or '\n':
                return End(_typed == Word);
            case Backspace or Delete:
                _typed = _typed.Length == 0 ? "" : _typed[..^1];
                break;
            default:
                if (!char.IsControl(key) && _typed.Length < 16)
                    _typed += key;
                break;
        }
        return OperatorAction.None;
    }

    private OperatorAction End(bool isConfirmed)
    {
        OperatorAction asked = _asked;
        _asked = OperatorAction.None;
        _typed = "";
        return isConfirmed ? asked : OperatorAction.None;
    }
}
