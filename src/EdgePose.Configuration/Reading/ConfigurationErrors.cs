namespace EdgePose.Configuration.Reading;

/// <summary>Collects errors, and knows the place of each JSON path. An error that is found twice, in a file and in the whole, is kept once.</summary>
/// <param name="whole">The source of errors that have no place in a file.</param>
public sealed class ConfigurationErrors(ConfigurationSource whole)
{
    /// <summary>No more errors are kept. The limit bounds the time for a broken file.</summary>
    public const int Most = 1000;

    private readonly List<ConfigurationError> _errors = [];
    private readonly HashSet<string> _paths = new(StringComparer.Ordinal);
    private readonly HashSet<(string File, int Line, int Column, string Reason)> _told = [];
    private readonly Dictionary<string, ConfigurationPlace> _places = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _names = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _order = new(StringComparer.Ordinal);

    /// <summary>Errors of one file.</summary>
    public ConfigurationErrors(string file)
        : this(new ConfigurationSource("file", file))
    {
    }

    /// <summary>No more errors get a suggestion, because finding one is slow.</summary>
    private const int MostSuggestions = 50;

    /// <summary>Whether no more errors are taken.</summary>
    public bool IsFull => _errors.Count >= Most;

    /// <summary>The known name nearest to <paramref name="name"/>; null when none is near, or after <see cref="MostSuggestions"/>.</summary>
    public string? Suggest(string name, IEnumerable<string> known) => _errors.Count < MostSuggestions ? KeySuggestion.Nearest(name, known) : null;

    /// <summary>Whether anything is wrong.</summary>
    public bool Any => _errors.Count > 0;

    /// <summary>Sets the place of <paramref name="path"/>.</summary>
    internal void Place(string path, ConfigurationPlace place) => _places[path] = place;

    /// <summary>Reports errors below <paramref name="path"/> as below <paramref name="name"/>, which a person can find in the file.</summary>
    internal void Name(string path, string name) => _names[path] = name;

    /// <summary>Whether <paramref name="path"/> has an error.</summary>
    public bool Has(string path) => _paths.Contains(path);

    /// <summary>Adds an error at <paramref name="path"/>, or at its nearest ancestor in a file.</summary>
    public void Add(string path, string reason, string remedy) => Add(path, PlaceOf(path), reason, remedy);

    /// <summary>Adds an error at a known place.</summary>
    internal void Add(string path, ConfigurationPlace place, string reason, string remedy)
    {
        _paths.Add(path);
        if (IsFull)
        {
            return;
        }

        Keep(new ConfigurationError(place.Source.File, Printable(Shown(path)), place.Line, place.Column, Printable(reason), Printable(remedy)));
    }

    /// <summary>Adds errors that another collection found.</summary>
    public void AddRange(IEnumerable<ConfigurationError> errors)
    {
        foreach (var error in errors)
        {
            Keep(error);
        }
    }

    /// <summary>The errors in the order of the layers, and of each file.</summary>
    public IReadOnlyList<ConfigurationError> Sorted() => [.. _errors.OrderBy(error => _order[error.File]).ThenBy(error => error.Line).ThenBy(error => error.Column)];

    private void Keep(ConfigurationError error)
    {
        _order.TryAdd(error.File, _order.Count);
        if (!IsFull && _told.Add((error.File, error.Line, error.Column, error.Reason)))
        {
            _errors.Add(error);
        }
    }

    /// <summary>Control characters become spaces, so that a message is one line.</summary>
    private static string Printable(string text)
    {
        foreach (var letter in text)
        {
            if (char.IsControl(letter))
            {
                return string.Concat(text.Select(each => char.IsControl(each) ? ' ' : each));
            }
        }

        return text;
    }

    private string Shown(string path) => Ancestors(path).FirstOrDefault(_names.ContainsKey) is { } part ? _names[part] + path[part.Length..] : path;

    private ConfigurationPlace PlaceOf(string path) =>
        Ancestors(path).FirstOrDefault(_places.ContainsKey) is { } part ? _places[part] : new ConfigurationPlace(whole, 0, 0);

    private static IEnumerable<string> Ancestors(string path)
    {
        for (var part = path; part.Length > 0; part = part[..Math.Max(0, part.LastIndexOfAny(['.', '[']))])
        {
            yield return part;
        }
    }
}
