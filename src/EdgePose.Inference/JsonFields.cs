using System.Collections.Immutable;
using System.Text.Json;

namespace EdgePose.Inference;

/// <summary>One JSON object being read. A missing, mistyped or unknown field goes to <paramref name="fault"/> (where, what), and reading goes on.</summary>
internal sealed class JsonFields(JsonElement element, string path, Action<string, string> fault)
{
    private readonly HashSet<string> known = [];

    public string Text(string key)
    {
        string? text = OptionalText(key);
        if (text is null && !Has(key))
        {
            Missing(key, "a text");
        }

        return text ?? "";
    }

    public string? OptionalText(string key)
    {
        if (Find(key) is not { } value)
        {
            return null;
        }

        if (value.ValueKind == JsonValueKind.String && !string.IsNullOrWhiteSpace(value.GetString()))
        {
            return value.GetString();
        }

        fault(Where(key), "must be a text that is not empty");
        return null;
    }

    public string OneOf(string key, params string[] allowed)
    {
        string text = Text(key);
        if (text.Length > 0 && !allowed.Contains(text))
        {
            fault(Where(key), $"'{text}' is not supported; it must be {string.Join(" or ", allowed)}");
        }

        return text;
    }

    public int Whole(string key, int least, int most)
    {
        if (Find(key) is not { } value)
        {
            Missing(key, "a whole number");
            return 0;
        }

        if (value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out int whole) && whole >= least && whole <= most)
        {
            return whole;
        }

        fault(Where(key), $"must be a whole number from {least} to {most}");
        return 0;
    }

    public ImmutableArray<float> Three(string key)
    {
        if (Find(key) is not { } value)
        {
            Missing(key, "three numbers");
            return [0, 0, 0];
        }

        if (value.ValueKind == JsonValueKind.Array && value.GetArrayLength() == 3
            && value.EnumerateArray().All(item => item.ValueKind == JsonValueKind.Number && float.IsFinite(item.GetSingle())))
        {
            return [.. value.EnumerateArray().Select(item => item.GetSingle())];
        }

        fault(Where(key), "must be three numbers, one a channel");
        return [0, 0, 0];
    }

    public JsonFields Object(string key)
    {
        JsonElement? value = Find(key);
        if (value is null)
        {
            Missing(key, "an object");
        }

        return new JsonFields(value ?? default, Where(key), value is null ? static (_, _) => { } : fault);
    }

    public IEnumerable<JsonFields> Objects(string key)
    {
        if (Find(key) is { ValueKind: JsonValueKind.Array } array && array.GetArrayLength() > 0)
        {
            return [.. array.EnumerateArray().Select((item, i) => new JsonFields(item, $"{Where(key)}[{i}]", fault))];
        }

        fault(Where(key), "must be a list with at least one object");
        return [];
    }

    /// <summary>Called last: every field that was not asked for is a fault, so that a misspelt one is not silently without effect.</summary>
    public void RefuseOthers()
    {
        if (element.ValueKind == JsonValueKind.Object)
        {
            foreach (JsonProperty property in element.EnumerateObject().Where(property => !known.Contains(property.Name)))
            {
                fault(Where(property.Name), $"is unknown; known here are {string.Join(", ", known)}");
            }
        }
        else
        {
            fault(path, "must be an object");
        }
    }

    private void Missing(string key, string kind)
    {
        if (element.ValueKind == JsonValueKind.Object)
        {
            fault(Where(key), $"is missing; it must be {kind}");
        }
    }

    private bool Has(string key) => element.ValueKind == JsonValueKind.Object && element.TryGetProperty(key, out _);

    private JsonElement? Find(string key)
    {
        known.Add(key);
        return element.ValueKind == JsonValueKind.Object && element.TryGetProperty(key, out JsonElement value) ? value : null;
    }

    private string Where(string key) => path.Length == 0 ? key : $"{path}.{key}";
}
