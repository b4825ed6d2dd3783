using System.Text.Json;

namespace EdgePose.Compression.Evaluation;

/// <summary>Reads and writes COCO's JSON: lower-case names, unknown members ignored. Every fault names the file, the place in it and the remedy.</summary>
internal static class CocoJson
{
    private static readonly JsonSerializerOptions Options = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower, Converters = { new WholeNumber(), new SmallWholeNumber() } };

    public static T Read<T>(string path, string kind)
    {
        try
        {
            using var stream = File.OpenRead(path);
            return JsonSerializer.Deserialize<T>(stream, Options) ?? throw new InvalidDataException($"{path}: holds only null; name {kind}.");
        }
        catch (JsonException fault)
        {
            throw new InvalidDataException($"{path}{Place(fault)}: {Reason(fault)}; this must be {kind}.", fault);
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

    /// <summary>The serializer's message repeats the place, and names our types, which mean nothing to a user.</summary>
    private static string Reason(JsonException fault)
    {
        const string Missing = "was missing required properties including: ";
        var message = fault.Message.Split(" Path: ")[0].TrimEnd('.');
        return message.IndexOf(Missing, StringComparison.Ordinal) is >= 0 and var at ? $"lacks {message[(at + Missing.Length)..].TrimEnd('.')}"
            : message.StartsWith("The JSON value could not be converted", StringComparison.Ordinal) ? $"must be {Kind(fault.Path ?? string.Empty)}"
            : $"{message}; the file may be cut short, so copy it again";
    }

    /// <summary>What COCO's format has at a place.</summary>
    private static string Kind(string path)
    {
        var member = path.Split('.')[^1];
        return member.Split('[')[0] switch
        {
            "id" or "image_id" or "category_id" => "a whole number; number the pictures and categories where the tool wrote names",
            "width" or "height" or "num_keypoints" => "a whole number",
            "iscrowd" => "0 or 1",
            "area" or "score" => "a number",
            "bbox" => "four numbers: x, y, width, height",
            "keypoints" when path.Contains("categories", StringComparison.Ordinal) => "a list of names",
            "keypoints" => "a list of numbers: x, y, v of each keypoint",
            "file_name" or "name" => "a text",
            "images" or "annotations" or "categories" when !member.EndsWith(']') => "a list of objects",
            _ when path.EndsWith(']') || path.Length > 1 => "an object",
            _ => "an object or list as COCO has it",
        };
    }
}
