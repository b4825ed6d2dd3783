using EdgePose.Benchmarks;
using EdgePose.Cameras.Decoder;

// A pipeline that is measured starts its decoder children as the product does: from the program that it runs in.
if (args is ["decode"])
{
    return DecoderProgram.Run();
}

return args is [var name, .. var rest] && Commands.All.TryGetValue(name, out var command) ? command(rest) : Commands.Help();
