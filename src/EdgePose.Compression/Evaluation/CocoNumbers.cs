using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace EdgePose.Compression.Evaluation;

/// <summary>A whole number as tools write it: 7, 7.0 or "7".</summary>
internal sealed class WholeNumber : JsonConverter<long>
{
    public override long Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => Of(ref reader) ?? throw new JsonException();

    public override void Write(Utf8JsonWriter writer, long value, JsonSerializerOptions options) => writer.WriteNumberValue(value);

    /// <summary>The number; null for a value that is none.</summary>
    public static long? Of(ref Utf8JsonReader reader) => reader.TokenType switch
    {
        JsonTokenType.Number when reader.TryGetInt64(out var whole) => whole,
        JsonTokenType.Number when reader.TryGetDouble(out var number) && number == Math.Floor(number) && Math.Abs(number) < 1L << 53 => (long)number,
        JsonTokenType.String when long.TryParse(reader.GetString(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var digits) => digits,
        _ => null,
    };
}

/// <summary>A whole number of 32 bits, or true and false for 1 and 0.</summary>
internal sealed class SmallWholeNumber : JsonConverter<int>
{
    public override int Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.TokenType switch
    {
        JsonTokenType.True => 1,
        JsonTokenType.False => 0,
        _ => WholeNumber.Of(ref reader) is >= int.MinValue and <= int.MaxValue and var number ? (int)number : throw new JsonException(),
    };

    public override void Write(Utf8JsonWriter writer, int value, JsonSerializerOptions options) => writer.WriteNumberValue(value);
}

/// <summary>An annotation's own number, which nothing refers to: a text that is no number counts as 0.</summary>
internal sealed class OwnNumber : JsonConverter<long>
{
    public override long Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        WholeNumber.Of(ref reader) ?? (reader.TokenType == JsonTokenType.String ? 0 : throw new JsonException());

    public override void Write(Utf8JsonWriter writer, long value, JsonSerializerOptions options) => writer.WriteNumberValue(value);
}
