using System.Text.Json;

namespace EdgePose.Compression.Evaluation;

/// <summary>Reads and writes COCO's JSON: lower-case names, unknown members ignored. Every fault names the file, the place in it and the remedy.</summary>
internal static class CocoJson
{
    private static readonly JsonSerializerOptions Options = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    public static T Read<T>(string path, string kind)
    {
        try
        {
            using var stream = File.OpenRead(path);
            return JsonSerializer.Deserialize<T>(stream, Options) ?? throw new InvalidDataException($"{path}: holds only null; name {kind}.");
        }
        catch (JsonException fault)
        {
            throw new InvalidDataException($"{path}{Place(fault)}: {Reason(fault)}; this must be {kind}: take it whole from where it came.", fault);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new InvalidDataException($"{path}: cannot be read ({fault.Message}); name {kind}.", fault);
        }
    }

    public static byte[] Of<T>(T value) => JsonSerializer.SerializeToUtf8Bytes(value, Options);

    private static string Place(JsonException fault)
    {
        var line = fault.LineNumber is { } number ? $", line {number + 1}, byte {fault.BytePositionInLine + 1}" : "";
        return fault.Path is { Length: > 1 } at ? $"{line} ({at[2..]})" : line;
    }

    /// <summary>The serializer's message says the place once more, and calls our types by their names, which mean nothing to a user.</summary>
    private static string Reason(JsonException fault)
    {
        const string Missing = "was missing required properties including: ";
        var message = fault.Message.Split(" Path: ")[0].TrimEnd('.');
        return message.IndexOf(Missing, StringComparison.Ordinal) is >= 0 and var at ? $"lacks {message[(at + Missing.Length)..].TrimEnd('.')}"
            : message.StartsWith("The JSON value could not be converted", StringComparison.Ordinal) ? "has a value of another kind than COCO's"
            : message;
    }
}
