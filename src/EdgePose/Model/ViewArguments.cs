using System.CommandLine;
using System.CommandLine.Parsing;
using EdgePose.Compression.Evaluation;
using EdgePose.Inference;

namespace EdgePose.Cli.Model;

/// <summary>The options of an evaluation on views of one person each.</summary>
internal static class ViewArguments
{
    private const string OfLabels = "labels";
    private const string OfFinder = "found";

    /// <summary>What is wrong with them, or null.</summary>
    /// <param name="given">The command line.</param>
    /// <param name="views">Where places come from.</param>
    /// <param name="jitter">How wrong they are.</param>
    /// <param name="finder">What finds them.</param>
    /// <param name="ofWholePictures">Options that say nothing about views.</param>
    public static string? Fault(CommandResult given, Option<string?> views, Option<double> jitter, Option<FileInfo?> finder, Option[] ofWholePictures)
    {
        var kind = given.GetValue(views);
        bool IsGiven(Option option) => given.GetResult(option) is { Implicit: false };
        return kind is not (null or OfLabels or OfFinder) ? $"--views '{kind}' is not known: {OfLabels} or {OfFinder}."
            : kind is null && (IsGiven(jitter) || IsGiven(finder)) ? $"--jitter and --finder belong to --views."
            : kind != OfLabels && IsGiven(jitter) ? $"--jitter belongs to --views {OfLabels}: found places are as wrong as they are."
            : given.GetValue(jitter) is < 0 or > 0.5 or double.NaN ? "--jitter must be from 0 to 0.5."
            : kind == OfFinder != IsGiven(finder) ? $"--views {OfFinder} and --finder MANIFEST go together."
            : kind is not null && ofWholePictures.FirstOrDefault(IsGiven) is { } strange ? $"{strange.Name} belongs to whole pictures, --size to views."
            : null;
    }

    /// <summary>What they ask for; null for whole pictures.</summary>
    public static ViewOptions? Read(ParseResult parsed, Option<string?> views, Option<double> jitter, Option<FileInfo?> finder, Option<string?> size)
    {
        if (parsed.GetValue(views) is null)
        {
            return null;
        }

        var options = new ViewOptions { Jitter = parsed.GetValue(jitter), Finder = parsed.GetValue(finder) is { } manifest ? NetworkManifest.Load(manifest.FullName) : null };
        return parsed.GetValue(size) is { } text && EvalArguments.TryReadSize(text, out var heightPx, out var widthPx) ? options with { HeightPx = heightPx, WidthPx = widthPx } : options;
    }
}
