namespace EdgePose.Daemon.Configuration;

/// <summary>Collects errors, and knows where in the file each JSON path stands. The first error of a path wins; those that follow from it are left out.</summary>
internal sealed class ConfigurationErrors(string file)
{
    private readonly List<ConfigurationError> _errors = [];
    private readonly HashSet<string> _paths = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (int Line, int Column)> _places = new(StringComparer.Ordinal);

    /// <summary>Whether anything is wrong.</summary>
    public bool Any => _errors.Count > 0;

    /// <summary>Remembers where <paramref name="path"/> stands.</summary>
    public void Place(string path, int line, int column) => _places[path] = (line, column);

    /// <summary>Whether a check found <paramref name="path"/> wanting already.</summary>
    public bool Has(string path) => _paths.Contains(path);

    /// <summary>Adds an error at <paramref name="path"/>, or at its nearest ancestor that stands in the file.</summary>
    public void Add(string path, string reason, string remedy)
    {
        var (line, column) = PlaceOf(path);
        Add(path, line, column, reason, remedy);
    }

    /// <summary>Adds an error at a known place.</summary>
    public void Add(string path, int line, int column, string reason, string remedy)
    {
        _paths.Add(path);
        _errors.Add(new ConfigurationError(file, path, line, column, Printable(reason), Printable(remedy)));
    }

    /// <summary>The errors in the order of the file.</summary>
    public IReadOnlyList<ConfigurationError> Sorted() => [.. _errors.OrderBy(error => error.Line).ThenBy(error => error.Column)];

    /// <summary>A message is one line, whatever a file holds: control characters become spaces.</summary>
    private static string Printable(string text) => string.Concat(text.Select(letter => char.IsControl(letter) ? ' ' : letter));

    private (int Line, int Column) PlaceOf(string path)
    {
        for (var part = path; part.Length > 0; part = part[..Math.Max(0, part.LastIndexOfAny(['.', '[']))])
        {
            if (_places.TryGetValue(part, out var place))
            {
                return place;
            }
        }

        return (0, 0);
    }
}
