using System.CommandLine;
using EdgePose.Compression.Family;
using EdgePose.Inference;

namespace EdgePose.Cli.Model;

/// <summary><c>edgepose model new NAME</c>: a reference network of the family with random weights.</summary>
internal static class NewCommand
{
    public static Command Create()
    {
        var name = new Argument<string>("NAME") { Description = $"Which: {string.Join(", ", References.All.Select(one => one.Name))}." };
        name.AcceptOnlyFromAmong([.. References.All.Select(one => one.Name)]);
        var seed = new Option<int>("--seed") { Description = "Seed of the random weights; the same seed gives the same bytes.", DefaultValueFactory = _ => 1 };
        var narrow = new Option<int>("--narrow") { Description = "Divide the hidden layers' channels by this, for quick trials.", DefaultValueFactory = _ => 1 };
        narrow.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() is < 1 or > 64)
            {
                result.AddError("--narrow: a whole number from 1 to 64 is wanted.");
            }
        });
        var describe = new Option<bool>("--describe") { Description = "Only print the network's description as JSON: towers, stages, branches and every layer, for another tool to build." };
        var (output, id) = (ModelTool.Out(), ModelTool.Id("its name"));
        string references = string.Join("\n  ", References.All.Select(one => $"{one.Name,-12} {one.Title}"));
        var command = new Command("new", $"Write a reference network of the family, as its paper draws it, with random weights (He initialisation).\n\n  {references}") { name, seed, narrow, describe, output, id };
        command.SetAction(parsed => ModelTool.Run(() =>
        {
            NetworkDrawing drawing = References.Find(parsed.GetRequiredValue(name))!;
            int divisor = parsed.GetValue(narrow);
            if (parsed.GetValue(describe))
            {
                Console.Out.WriteLine(DrawingJson.Write(drawing.Narrowed(divisor)));
                return;
            }

            string called = parsed.GetValue(id) ?? (divisor == 1 ? drawing.Name : $"{drawing.Name}-{divisor}th");
            NetworkManifest written = ReferencePackage.Write(
                parsed.GetRequiredValue(output).FullName, divisor == 1 ? drawing : drawing.Narrowed(divisor), called, parsed.GetValue(seed));
            ModelTool.Tell(written);
        }));
        return command;
    }
}
