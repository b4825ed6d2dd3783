using System.CommandLine;
using EdgePose.Cli.Model;

namespace EdgePose.Cli;

/// <summary><c>edgepose model ...</c>: everything that is done to a network before the daemon runs it. One file a command, in <c>Model/</c>.</summary>
internal static class ModelCommand
{
    public static Command Create() => new("model", "Look at a network, measure it, compress it, and prepare it for a device.")
    {
        InfoCommand.Create(),
        NewCommand.Create(),
        ImportCommand.Create(),
        CutStagesCommand.Create(),
        PruneCommand.Create(),
        FactoriseCommand.Create(),
        FoldCommand.Create(),
        HalfCommand.Create(),
        QuantiseCommand.Create(),
        EvalCommand.Create(),
        CompareCommand.Create(),
        BuildEngineCommand.Create(),
    };
}
