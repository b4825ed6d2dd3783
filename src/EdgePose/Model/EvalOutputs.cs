using System.Globalization;
using System.Text;
using System.Text.Json;
using EdgePose.Cli.Terminal;
using EdgePose.Compression.Evaluation;

namespace EdgePose.Cli.Model;

/// <summary>Where the results of an evaluation go, beside standard output.</summary>
/// <param name="Results">COCO results, or null.</param>
/// <param name="PerImage">A table of pictures, or null.</param>
/// <param name="Worst">The sheet of the worst pictures, or null.</param>
/// <param name="Json">Whether standard output gets JSON.</param>
internal sealed record EvalOutputs(FileInfo? Results, FileInfo? PerImage, FileInfo? Worst, bool Json)
{
    private const int PicturesOnSheet = 20;

    /// <summary>Camel case like every JSON that we write; characters as they are, for files are no web pages.</summary>
    public static readonly JsonSerializerOptions JsonForm = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>Prints the figures, then writes the files: a file that cannot be written must not take a long run's figures with it.</summary>
    /// <exception cref="CommandFault">A file cannot be written.</exception>
    public void Write(EvalReport report, LabelledPictures pictures, IReadOnlyList<CocoDetection> detections)
    {
        Console.Out.WriteLine(Json ? JsonSerializer.Serialize(report, JsonForm) : report.ToString());
        if (Results is not null)
        {
            OutputFile.Write(Results, CocoDetection.ToJson(detections));
        }

        if (PerImage is not null || Worst is not null)
        {
            var scores = PictureScore.Of(pictures.Labels, detections);
            if (PerImage is not null)
            {
                OutputFile.Write(PerImage, PerImage.Extension == ".csv" ? Csv(scores) : JsonSerializer.Serialize(scores.Select(Row), JsonForm));
            }

            if (Worst is not null)
            {
                using var sheet = WorstSheet.Draw(pictures, [.. PictureScore.WorstFirst(scores).Take(PicturesOnSheet)]);
                OutputFile.Write(Worst, sheet);
            }
        }
    }

    private static object Row(PictureScore score) => new
    {
        imageId = score.Image.Id,
        file = score.Image.FileName,
        people = score.People.Count,
        found = score.Found,
        missed = score.Missed,
        falseDetections = score.FalseDetections.Count,
        meanOks = score.MeanOks,
        quality = score.Quality,
        oks = score.People.Select(person => new { annotationId = person.Person.Id, oks = person.Oks, bestOks = person.BestOks, score = person.Match?.Score }),
    };

    private static string Csv(IEnumerable<PictureScore> scores)
    {
        var text = new StringBuilder("image_id,file,people,found,missed,false,mean_oks,quality\n");
        foreach (var score in scores)
        {
            var file = score.Image.FileName.Replace("\"", "\"\"", StringComparison.Ordinal);
            text.Append(CultureInfo.InvariantCulture, $"{score.Image.Id},\"{file}\",{score.People.Count},{score.Found},{score.Missed},");
            text.Append(CultureInfo.InvariantCulture, $"{score.FalseDetections.Count},{score.MeanOks:0.0000},{score.Quality:0.0000}\n");
        }

        return text.ToString();
    }
}
