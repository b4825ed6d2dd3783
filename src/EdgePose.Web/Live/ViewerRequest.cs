using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace EdgePose.Web.Live;

/// <summary>What a browser asks for: <c>{"cameras": ["door"], "pictures": true}</c>.</summary>
/// <param name="Cameras">The cameras that it looks at.</param>
/// <param name="Pictures">Whether it wants pictures.</param>
internal sealed record ViewerRequest(string[] Cameras, bool Pictures)
{
    /// <summary>Longer ones are refused.</summary>
    public const int MostBytes = 4096;

    private const int MostCameras = 64;
    private const int MostDepth = 2;

    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = MostDepth };

    /// <summary>Reads one.</summary>
    public static bool TryRead(ReadOnlyMemory<byte> text, [NotNullWhen(true)] out ViewerRequest? request)
    {
        request = null;
        try
        {
            using var document = JsonDocument.Parse(text, Strict);
            if (document.RootElement is { ValueKind: JsonValueKind.Object } root
                && root.TryGetProperty("cameras"u8, out var cameras) && cameras.ValueKind == JsonValueKind.Array && cameras.GetArrayLength() <= MostCameras
                && root.TryGetProperty("pictures"u8, out var pictures) && pictures.ValueKind is JsonValueKind.True or JsonValueKind.False
                && cameras.EnumerateArray().All(camera => camera.ValueKind == JsonValueKind.String))
            {
                request = new ViewerRequest([.. cameras.EnumerateArray().Select(camera => camera.GetString()!).Distinct(StringComparer.Ordinal)], pictures.GetBoolean());
            }
        }
        catch (JsonException)
        {
            // not ours: refused below
        }

        return request is not null;
    }
}
