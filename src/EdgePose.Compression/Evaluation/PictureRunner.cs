using EdgePose.Decoding;
using EdgePose.Inference;
using OpenCvSharp;

namespace EdgePose.Compression.Evaluation;

/// <summary>
/// One picture after another, all of one input shape (or one set of shapes, for several scales), to poses: the daemon's letterbox, network and decoder. With
/// flip or several scales the maps are averaged before they are decoded, on the grid of the largest scale.
/// </summary>
internal sealed class PictureRunner : IDisposable
{
    private readonly EvaluationOptions options;
    private readonly PoseNetwork[] networks;
    private readonly int finest;
    private readonly Preprocessor preprocessor;
    private readonly PoseDecoder decoder;
    private readonly MapMirror? mirror;
    private readonly PoseList poses;

    /// <exception cref="NetworkException">The network cannot be opened for one of the shapes; with the remedy.</exception>
    public PictureRunner(NetworkManifest manifest, IReadOnlyList<NetworkShape> shapes, EvaluationOptions options)
    {
        this.options = options;
        networks = new PoseNetwork[shapes.Count];
        try
        {
            for (var i = 0; i < shapes.Count; i++)
            {
                networks[i] = PoseNetwork.Open(manifest, shapes[i], options.Execution, options.Exit);
            }
        }
        catch (NetworkException)
        {
            Dispose();
            throw;
        }

        finest = Enumerable.Range(0, shapes.Count).MaxBy(i => shapes[i].ImageValues);
        preprocessor = new(manifest.Input);
        decoder = new(manifest.Skeleton, options.Decoder);
        poses = new(manifest.Skeleton);
        mirror = options.Flip ? new(manifest.Skeleton) : null;
    }

    /// <summary>What ran.</summary>
    public ProviderReport Providers => networks[finest].Providers;

    /// <summary>The people of a picture, in its pixels; valid until the next call.</summary>
    public PoseList Detect(Mat picture)
    {
        var letterboxes = networks.Select(network => Letterbox.Fit(picture.Width, picture.Height, network.Shape.InputWidthPx, network.Shape.InputHeightPx)).ToArray();
        if (networks.Length == 1 && mirror is null)
        {
            Run(0, picture, letterboxes[0]);
            decoder.Decode(networks[0].Heatmaps(0, 0), networks[0].Pafs(0, 0), poses);
        }
        else
        {
            DecodeAverage(picture, letterboxes);
        }

        letterboxes[finest].ToSource(poses, networks[finest].Manifest.StridePx);
        return poses;
    }

    public void Dispose()
    {
        foreach (var network in networks)
        {
            network?.Dispose();
        }
    }

    private void Run(int i, Mat picture, Letterbox letterbox)
    {
        preprocessor.Prepare(
            picture.AsSpan<byte>(), picture.Width, picture.Height, (int)picture.Step(), PixelFormat.Bgr, networks[i].Input(0, 0), letterbox);
        networks[i].Run(0, 1);
    }

    private void DecodeAverage(Mat picture, Letterbox[] letterboxes)
    {
        var heatmaps = networks[finest].Heatmaps(0, 0); // only their shapes
        var pafs = networks[finest].Pafs(0, 0);
        var (heatmapSum, pafSum) = (new float[heatmaps.Values.Length], new float[pafs.Values.Length]);
        for (var i = 0; i < networks.Length; i++)
        {
            var network = networks[i];
            var grid = i == finest ? null : new MapGrid(letterboxes[i], letterboxes[finest], network.Manifest.StridePx);
            Run(i, picture, letterboxes[i]);
            Add(network.Heatmaps(0, 0).Values, grid, heatmapSum);
            Add(network.Pafs(0, 0).Values, grid, pafSum);
            if (mirror is null)
            {
                continue;
            }

            MapMirror.MirrorInput(network.Input(0, 0), network.Shape.InputWidthPx);
            network.Run(0, 1);
            var (unmirrored, unmirroredPafs) = (new float[network.Heatmaps(0, 0).Values.Length], new float[network.Pafs(0, 0).Values.Length]);
            mirror.Undo(network.Heatmaps(0, 0), unmirrored);
            mirror.Undo(network.Pafs(0, 0), unmirroredPafs);
            Add(unmirrored, grid, heatmapSum);
            Add(unmirroredPafs, grid, pafSum);
        }

        var share = 1f / (networks.Length * (mirror is null ? 1 : 2));
        Scale(heatmapSum, share);
        Scale(pafSum, share);
        decoder.Decode(new(heatmapSum, heatmaps.Channels, heatmaps.HeightCells, heatmaps.WidthCells), new(pafSum, pafs.Channels, pafs.HeightCells, pafs.WidthCells), poses);
    }

    /// <summary>Adds maps to a sum, cell by cell where they have its own grid.</summary>
    private static void Add(ReadOnlySpan<float> maps, MapGrid? grid, float[] sum)
    {
        if (grid is not null)
        {
            grid.Add(maps, sum);
            return;
        }

        for (var at = 0; at < sum.Length; at++)
        {
            sum[at] += maps[at];
        }
    }

    private static void Scale(float[] values, float factor)
    {
        for (var at = 0; at < values.Length; at++)
        {
            values[at] *= factor;
        }
    }
}
