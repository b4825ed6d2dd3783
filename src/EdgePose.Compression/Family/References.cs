using System.Collections.Immutable;

namespace EdgePose.Compression.Family;

/// <summary>The three networks that a reader of the papers can check.</summary>
public static class References
{
    /// <summary>
    /// Convolutional Pose Machine, Wei et al. 2016 (arXiv 1602.00134), figure 2: six stages, heatmaps only, so one person a picture.
    /// COCO-17 keypoints and background are 18 maps. The paper's MPII network has 17 and a map of the person's centre, so its layers see as many channels.
    /// </summary>
    public static NetworkDrawing Cpm { get; } = new()
    {
        Name = "cpm",
        Title = "Convolutional Pose Machine (Wei et al. 2016), six stages, heatmaps only",
        Skeleton = Skeletons.Coco17,
        // Stage 1 sees local evidence through its own tower; the later ones share a second tower, each with its own last layer.
        Towers = [new("local", [.. CpmTower, Layer(5, 32)]), new("image", CpmTower)],
        Stages =
        [
            new("stage1", "local", [], [Layer(9, 512), Layer(1, 512)], [new(MapKind.Heatmaps, [Head])]),
            .. Enumerable.Range(2, 5).Select(stage => new Stage(
                $"stage{stage}", "image", [Layer(5, 32)], [.. Layers(3, 11, 128), Layer(1, 128)], [new(MapKind.Heatmaps, [Head])])),
        ],
    };

    /// <summary>OpenPose COCO-18, Cao et al. 2017 (arXiv 1611.08050), figure 3: VGG-19's first ten layers, two branches, six stages.</summary>
    public static NetworkDrawing OpenPose { get; } = new()
    {
        Name = "openpose",
        Title = "OpenPose COCO-18 (Cao et al. 2017), six stages of two branches",
        Skeleton = Skeletons.Coco18,
        Towers =
        [
            new("vgg", [
                .. Layers(2, 3, 64), new Pooling(2), .. Layers(2, 3, 128), new Pooling(2), .. Layers(4, 3, 256), new Pooling(2),
                .. Layers(2, 3, 512), Layer(3, 256), Layer(3, 128),
            ]),
        ],
        Stages =
        [
            new("stage1", "vgg", [], [], TwoBranches([.. Layers(3, 3, 128), Layer(1, 512), Head]), FeaturesFirst: false),
            .. Enumerable.Range(2, 5).Select(stage => new Stage(
                $"stage{stage}", "vgg", [], [], TwoBranches([.. Layers(5, 7, 128), Layer(1, 128), Head]), FeaturesFirst: false)),
        ],
    };

    /// <summary>Lightweight OpenPose, Osokin 2018 (arXiv 1811.12004), figures 2 to 4: dilated MobileNet, one refinement stage.</summary>
    public static NetworkDrawing Lightweight { get; } = new()
    {
        Name = "lightweight",
        Title = "Lightweight OpenPose (Osokin 2018), initial stage and one refinement stage",
        Skeleton = Skeletons.Coco18,
        Towers =
        [
            new("mobilenet", [
                Layer(3, 32) with { Stride = 2, Normalised = true, Biased = false },
                .. Separable(64), .. Separable(128, stride: 2), .. Separable(128), .. Separable(256, stride: 2), .. Separable(256), .. Separable(512),
                .. Separable(512, dilation: 2), .. Separable(512), .. Separable(512), .. Separable(512), .. Separable(512),
                Layer(1, 128), new Residual([.. EluSeparable(128), .. EluSeparable(128), .. EluSeparable(128)]), Layer(3, 128),
            ]),
        ],
        Stages =
        [
            new("initial", "mobilenet", [], Layers(3, 3, 128), LightHeads(512)),
            new("refinement", "mobilenet", [], [.. Enumerable.Repeat(RefinementBlock, 5).SelectMany(block => block)], LightHeads(128)),
        ],
    };

    /// <summary>All of them.</summary>
    public static ImmutableArray<NetworkDrawing> All { get; } = [Cpm, OpenPose, Lightweight];

    /// <summary>The reference of that name, or null.</summary>
    public static NetworkDrawing? Find(string name) => All.FirstOrDefault(one => one.Name == name);

    /// <summary>The last layer of a branch: its channels are the skeleton's.</summary>
    private static Convolution Head => new(1, 0, Activation: Activation.None);

    private static ImmutableArray<Block> CpmTower => [Layer(9, 128), new Pooling(2), Layer(9, 128), new Pooling(2), Layer(9, 128), new Pooling(2)];

    private static ImmutableArray<Block> RefinementBlock =>
    [
        Layer(1, 128),
        new Residual([Layer(3, 128) with { Normalised = true }, Layer(3, 128) with { Dilation = 2, Normalised = true }]),
    ];

    private static Convolution Layer(int kernel, int channels) => new(kernel, channels);

    private static ImmutableArray<Block> Layers(int count, int kernel, int channels) => [.. Enumerable.Repeat<Block>(Layer(kernel, channels), count)];

    private static ImmutableArray<Branch> TwoBranches(ImmutableArray<Block> blocks) => [new(MapKind.Pafs, blocks), new(MapKind.Heatmaps, blocks)];

    private static ImmutableArray<Branch> LightHeads(int width) => [new(MapKind.Heatmaps, [Layer(1, width), Head]), new(MapKind.Pafs, [Layer(1, width), Head])];

    private static ImmutableArray<Block> Separable(int channels, int stride = 1, int dilation = 1) =>
    [
        new Convolution(3, 0, stride, dilation, Depthwise: true, Normalised: true, Biased: false),
        new Convolution(1, channels, Normalised: true, Biased: false),
    ];

    private static ImmutableArray<Block> EluSeparable(int channels) =>
    [
        new Convolution(3, 0, Depthwise: true, Activation: Activation.Elu, Biased: false),
        new Convolution(1, channels, Activation: Activation.Elu, Biased: false),
    ];
}
