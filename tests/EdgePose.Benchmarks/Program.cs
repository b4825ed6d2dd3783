using EdgePose.Benchmarks;

return args is [var name, .. var rest] && Commands.All.TryGetValue(name, out var command) ? command(rest) : Commands.Help();
