using System.CommandLine;
using EdgePose.Compression.Packages;
using EdgePose.Compression.Stages;
using EdgePose.Inference;

namespace EdgePose.Cli.Model;

/// <summary><c>edgepose model cut-stages FILE</c>: one file for each exit.</summary>
internal static class CutStagesCommand
{
    public static Command Create()
    {
        var file = ModelTool.File();
        var exit = new Option<string?>("--exit") { Description = "The exit to keep, by its name in the manifest." };
        var all = new Option<bool>("--all") { Description = "Write one file for each exit." };
        var (output, id) = (ModelTool.Out(), ModelTool.Id("the old id and the exit's name"));
        var command = new Command(
            "cut-stages",
            "Cut a network after one of its exits: every stage was supervised in training, so each exit's maps can be used. The maps stay the same to the bit; what only later stages need goes.")
        { file, exit, all, output, id };
        command.Validators.Add(result =>
        {
            bool one = result.GetValue(exit) is not null, every = result.GetValue(all);
            if (one == every || (every && result.GetValue(id) is not null))
            {
                result.AddError(one == every ? "Give either --exit NAME or --all." : "--id names one network, but --all writes several; leave it out.");
            }
        });
        command.SetAction(parsed => ModelTool.Run(() =>
        {
            NetworkPackage network = NetworkPackage.Open(parsed.GetRequiredValue(file));
            IEnumerable<string> exits = parsed.GetValue(all) ? network.Manifest.Exits.Select(one => one.Name) : [parsed.GetValue(exit)!];
            foreach (string name in exits)
            {
                NetworkManifest written = StageCutter.Write(parsed.GetRequiredValue(output).FullName, network, name, parsed.GetValue(id));
                ModelTool.Tell(written);
            }
        }));
        return command;
    }
}
