using System.Collections.Frozen;
using System.Security.Cryptography;

namespace EdgePose.Web.Serving;

/// <summary>The files of the page. They are part of the program, and a request finds one by its whole name or not at all.</summary>
internal static class Assets
{
    private const string Prefix = "page/";

    private static readonly FrozenDictionary<string, Asset> Files = typeof(Assets).Assembly.GetManifestResourceNames()
        .Where(name => name.StartsWith(Prefix, StringComparison.Ordinal))
        .ToFrozenDictionary(name => "/" + name[Prefix.Length..], Read, StringComparer.Ordinal);

    /// <summary>The file of a path; null for any other path.</summary>
    public static Asset? Find(string path) => Files.GetValueOrDefault(path == "/" ? "/index.html" : path);

    private static Asset Read(string name)
    {
        using var stream = typeof(Assets).Assembly.GetManifestResourceStream(name)!;
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return new Asset(TypeOf(name), bytes, $"\"{Convert.ToHexStringLower(SHA256.HashData(bytes))[..16]}\"");
    }

    private static string TypeOf(string name) => Path.GetExtension(name) switch
    {
        ".html" => "text/html; charset=utf-8",
        ".css" => "text/css; charset=utf-8",
        ".js" => "text/javascript; charset=utf-8",
        ".svg" => "image/svg+xml",
        _ => "application/octet-stream",
    };

    /// <summary>One file.</summary>
    /// <param name="ContentType">Its media type.</param>
    /// <param name="Bytes">Its content.</param>
    /// <param name="Tag">Its entity tag: a browser asks again only whether it has changed.</param>
    public sealed record Asset(string ContentType, byte[] Bytes, string Tag);
}
