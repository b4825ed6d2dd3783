using System.Text;
using System.Text.Json;

namespace EdgePose.Configuration.Reading;

/// <summary>Bytes to <see cref="ConfigurationNode"/>s: JSON with comments and trailing commas, at most <see cref="MaxDepth"/> deep.</summary>
public static class ConfigurationParser
{
    /// <summary>Configuration types are about 4 deep. The limit protects the stack.</summary>
    public const int MaxDepth = 32;

    /// <summary>Three times what a thousand items with every key need. The limit bounds the time to read a file.</summary>
    public const int MaxValues = 50_000;

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>The root, or null and an error.</summary>
    public static ConfigurationNode? Parse(ReadOnlySpan<byte> bytes, ConfigurationSource source, ConfigurationErrors errors)
    {
        bytes = bytes.StartsWith("\uFEFF"u8) ? bytes[3..] : bytes;
        var places = new TextPlaces(bytes, source);
        try
        {
            Strict.GetCharCount(bytes);
        }
        catch (DecoderFallbackException fault)
        {
            errors.Add("$", places.Of(Math.Max(0, fault.Index)), "the file is not valid UTF-8", "Save it as UTF-8");
            return null;
        }

        var options = new JsonReaderOptions { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip, MaxDepth = MaxDepth };
        var reader = new Utf8JsonReader(bytes, options);
        try
        {
            reader.Read();
            var left = MaxValues;
            var root = ReadValue(ref reader, places, ref left);
            if (left < 0)
            {
                errors.Add("$", places.Of((int)reader.TokenStartIndex), $"the file holds more than {MaxValues} values", "Name a configuration file");
                return null;
            }

            reader.Read();
            return root;
        }
        catch (JsonException fault)
        {
            var reason = fault.Message.Split(" LineNumber:")[0].TrimEnd('.', ' ');
            var place = new ConfigurationPlace(source, (int)(fault.LineNumber ?? 0) + 1, (int)(fault.BytePositionInLine ?? 0) + 1);
            errors.Add("$", place, $"this is not JSON: {reason}", "Correct the syntax there, or just before it");
        }
        catch (InvalidOperationException)
        {
            // The reader decodes a text when it is asked for it. An escape can be half a surrogate pair.
            errors.Add("$", places.Of((int)reader.TokenStartIndex), "a text holds an escape that is no character", "Write the character itself, in UTF-8");
        }

        return null;
    }

    /// <summary>Reads a value with its members or items. Stops when <paramref name="left"/> is below zero.</summary>
    private static ConfigurationNode ReadValue(ref Utf8JsonReader reader, in TextPlaces places, ref int left)
    {
        left--;
        var place = places.Of((int)reader.TokenStartIndex);
        var text = reader.TokenType switch
        {
            JsonTokenType.String => reader.GetString(),
            JsonTokenType.Number => Encoding.ASCII.GetString(reader.ValueSpan),
            _ => null,
        };
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject:
                var members = new List<ConfigurationNode.Member>();
                while (left >= 0 && reader.Read() && reader.TokenType != JsonTokenType.EndObject)
                {
                    var name = reader.GetString()!;
                    var namePlace = places.Of((int)reader.TokenStartIndex);
                    reader.Read();
                    members.Add(new(name, namePlace, ReadValue(ref reader, places, ref left)));
                }

                return new ConfigurationNode(JsonTokenType.StartObject, null, place) { Members = members };
            case JsonTokenType.StartArray:
                var items = new List<ConfigurationNode>();
                while (left >= 0 && reader.Read() && reader.TokenType != JsonTokenType.EndArray)
                {
                    items.Add(ReadValue(ref reader, places, ref left));
                }

                return new ConfigurationNode(JsonTokenType.StartArray, null, place) { Items = items };
            default:
                return new ConfigurationNode(reader.TokenType, text, place);
        }
    }
}
