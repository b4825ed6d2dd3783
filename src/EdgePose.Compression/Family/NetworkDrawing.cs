using System.Collections.Immutable;

namespace EdgePose.Compression.Family;

/// <summary>What a branch's maps are.</summary>
public enum MapKind
{
    /// <summary>One channel a keypoint, and background.</summary>
    Heatmaps,

    /// <summary>Two channels a limb.</summary>
    Pafs,
}

/// <summary>A way from the picture to features, which stages may share.</summary>
/// <param name="Name">By which stages call it.</param>
/// <param name="Blocks">In order.</param>
public sealed record FeatureTower(string Name, ImmutableArray<Block> Blocks);

/// <summary>One output of a stage.</summary>
/// <param name="Kind">What its maps are: that gives the output's name and channels.</param>
/// <param name="Blocks">In order; the last one is a convolution whose channels are filled in by the skeleton.</param>
public sealed record Branch(MapKind Kind, ImmutableArray<Block> Blocks);

/// <summary>
/// A stage: it looks at features and, from the second stage on, at the maps of the stage before; its branches' maps are supervised in training, and so an exit.
/// </summary>
/// <param name="Exit">The exit's name.</param>
/// <param name="Tower">Whose features it looks at.</param>
/// <param name="Adapter">Blocks of its own on the features, before the maps of the stage before are joined to them.</param>
/// <param name="Trunk">Blocks that its branches share.</param>
/// <param name="Branches">In the order in which the next stage joins their maps.</param>
/// <param name="FeaturesFirst">Whether the features come before the maps where they are joined.</param>
public sealed record Stage(
    string Exit, string Tower, ImmutableArray<Block> Adapter, ImmutableArray<Block> Trunk, ImmutableArray<Branch> Branches, bool FeaturesFirst = true);

/// <summary>A network of the family as its paper draws it: from this the builder makes an ONNX file.</summary>
public sealed record NetworkDrawing
{
    /// <summary>By which the command line calls it, and its id.</summary>
    public required string Name { get; init; }

    /// <summary>Its title and paper.</summary>
    public required string Title { get; init; }

    /// <summary>What its maps mean.</summary>
    public required Skeleton Skeleton { get; init; }

    /// <summary>Taken from each input value, 0 to 255, before <see cref="Scale"/>.</summary>
    public float Mean { get; init; } = 128;

    /// <summary>Each input value is multiplied by it then.</summary>
    public float Scale { get; init; } = 1 / 256f;

    /// <summary>The towers.</summary>
    public required ImmutableArray<FeatureTower> Towers { get; init; }

    /// <summary>The stages, shallowest first.</summary>
    public required ImmutableArray<Stage> Stages { get; init; }

    /// <summary>Channels of a branch's maps.</summary>
    public int Channels(MapKind kind) => kind == MapKind.Heatmaps ? Skeleton.KeypointCount + 1 : 2 * Skeleton.Limbs.Count(limb => limb.PafX >= 0);

    /// <summary>Name of an output: the kind, and the number of its stage from 1.</summary>
    public static string OutputName(MapKind kind, int stage) => $"{(kind == MapKind.Heatmaps ? "heat" : "paf")}_{stage + 1}";

    /// <summary>The same network with all hidden layers narrower; towers, stages, windows and outputs stay. For trials that need its form but not its weight.</summary>
    /// <param name="divisor">Channels are divided by it, and are at least 1.</param>
    public NetworkDrawing Narrowed(int divisor)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(divisor, 1);
        ImmutableArray<Block> Narrow(ImmutableArray<Block> blocks) => [.. blocks.Select(One)];
        Block One(Block block) => block switch
        {
            Convolution { Channels: > 0 } convolution => convolution with { Channels = Math.Max(1, convolution.Channels / divisor) },
            Residual residual => new Residual(Narrow(residual.Blocks)),
            _ => block,
        };
        return this with
        {
            Towers = [.. Towers.Select(tower => tower with { Blocks = Narrow(tower.Blocks) })],
            Stages =
            [
                .. Stages.Select(stage => stage with
                {
                    Adapter = Narrow(stage.Adapter), Trunk = Narrow(stage.Trunk),
                    Branches = [.. stage.Branches.Select(branch => branch with { Blocks = Narrow(branch.Blocks) })],
                }),
            ],
        };
    }
}
