using EdgePose.Compression.Evaluation;
using EdgePose.Compression.Graphs;
using EdgePose.Compression.Packages;
using EdgePose.Compression.Shapes;
using EdgePose.Inference;
using OpenCvSharp;

namespace EdgePose.Compression.Calibration;

/// <summary>
/// Pictures as a network takes them, on which a tool measures what the network computes: activations, ranges, errors. Labels are not wanted. They should look
/// like what the cameras will see; the dev split is never used for it.
/// </summary>
public sealed class CalibrationPictures
{
    private readonly float[][] inputs;

    private CalibrationPictures(float[][] inputs, int heightPx, int widthPx, IReadOnlyList<string> faults, int available)
    {
        (this.inputs, HeightPx, WidthPx, Faults, Available) = (inputs, heightPx, widthPx, faults, available);
    }

    /// <summary>Number of pictures.</summary>
    public int Count => inputs.Length;

    /// <summary>Height of each, as the network gets it.</summary>
    public int HeightPx { get; }

    /// <summary>Width of each, as the network gets it.</summary>
    public int WidthPx { get; }

    /// <summary>Pictures of the folder, read or not.</summary>
    public int Available { get; }

    /// <summary>Pictures that could not be read, each with the reason; others were taken in their place.</summary>
    public IReadOnlyList<string> Faults { get; }

    /// <summary>1, 3, height, width.</summary>
    public long[] Sizes => [1, 3, HeightPx, WidthPx];

    /// <summary>Values of a picture, 3 x height x width, normalised where the network does not do so itself.</summary>
    public float[] this[int index] => inputs[index];

    /// <summary>Reads pictures from a folder: spread evenly over its names in order, so that the choice is the same every time and meets every set in it.</summary>
    /// <param name="folder">Of JPEG, PNG, WebP or BMP files.</param>
    /// <param name="input">How the network takes a picture.</param>
    /// <param name="count">How many are wanted; all where there are fewer.</param>
    /// <param name="heightPx">Height that they are letterboxed into.</param>
    /// <param name="widthPx">Width that they are letterboxed into.</param>
    /// <exception cref="NetworkException">There is no such folder, no readable picture in it, or the size does not fit the network.</exception>
    public static CalibrationPictures Read(string folder, NetworkInput input, int count, int heightPx, int widthPx)
    {
        Check(folder, input, count, heightPx, widthPx);
        var pictures = new LabelledPictures(new CocoDataset { Images = [], Annotations = [] }, folder);
        IReadOnlyList<string> names = pictures.FilesWithoutLabels();
        var wanted = names.Select((name, i) => (new CocoImage { Id = i, FileName = name }, (PersonPlace?)null)).ToList();
        return Read(pictures, wanted, "there is no picture in it that can be read (JPEG, PNG, WebP, BMP)", input, count, heightPx, widthPx);
    }

    /// <summary>Reads views of labelled people, one each: what a network for one person sees. Spread evenly over the people in the order of the labels.</summary>
    /// <param name="pictures">Labels and the folder of their pictures.</param>
    /// <param name="input">How the network takes a picture.</param>
    /// <param name="count">How many are wanted; all where there are fewer.</param>
    /// <param name="heightPx">Height of a view.</param>
    /// <param name="widthPx">Width of a view.</param>
    /// <exception cref="NetworkException">There is no such folder, nobody labelled in a readable picture, or the size does not fit the network.</exception>
    public static CalibrationPictures ReadViews(LabelledPictures pictures, NetworkInput input, int count, int heightPx, int widthPx)
    {
        ArgumentNullException.ThrowIfNull(pictures);
        Check(pictures.Folder, input, count, heightPx, widthPx);
        ILookup<long, CocoImage> images = pictures.Labels.Images.ToLookup(image => image.Id);
        var wanted = pictures.Labels.Annotations.Where(person => person.IsCrowd == 0 && person.LabelledKeypoints > 0)
            .SelectMany(person => images[person.ImageId].Select(image => (image, (PersonPlace?)PersonPlace.Of(person)))).ToList();
        return Read(pictures, wanted, "nobody in it is labelled with keypoints, in a picture that can be read", input, count, heightPx, widthPx);
    }

    private static void Check(string folder, NetworkInput input, int count, int heightPx, int widthPx)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        if (heightPx % input.MultipleOf != 0 || widthPx % input.MultipleOf != 0)
        {
            throw new NetworkException($"calibration at {heightPx}x{widthPx}: height and width must be multiples of {input.MultipleOf} for this network; choose another --size.");
        }

        if (!Directory.Exists(folder))
        {
            throw new NetworkException($"{folder}: there is no such folder of calibration pictures; name one with --calibration.");
        }
    }

    private static CalibrationPictures Read(
        LabelledPictures pictures, List<(CocoImage Image, PersonPlace? Place)> wanted, string nothing, NetworkInput input, int count, int heightPx, int widthPx)
    {
        var faults = new List<string>();
        var inputs = new List<float[]>();
        foreach ((CocoImage image, PersonPlace? place) in Spread(wanted, count))
        {
            if (inputs.Count == count)
            {
                break;
            }

            using Mat? picture = pictures.Read(image, out PictureFault? fault);
            if (picture is null)
            {
                faults.Add(fault!.ToString());
                continue;
            }

            using Mat? view = place?.ViewOf(heightPx, widthPx).Cut(picture);
            inputs.Add(Prepare(view ?? picture, input, heightPx, widthPx));
        }

        return inputs.Count > 0
            ? new CalibrationPictures([.. inputs], heightPx, widthPx, faults, wanted.Count)
            : throw new NetworkException([$"{pictures.Folder}: {nothing}; name another folder with --calibration.", .. faults.Take(5)]);
    }

    /// <summary>What a network is compared on where no pictures were named: <see cref="MapDifference.TestPicture"/> about 256 px high, normalised where the network does not do so itself.</summary>
    /// <exception cref="NetworkException">An operator is not supported, or the network takes more than the tools run.</exception>
    public static CalibrationPictures Pattern(NetworkPackage network)
    {
        ArgumentNullException.ThrowIfNull(network);
        (int height, int width) = network.SizeFor(256, 256);
        _ = ShapeInference.ForPictures(network.Model.Graph, 1, height, width); // refuses what must not run
        NetworkInput input = network.Manifest.Input;
        float[] values = MapDifference.TestPicture(height, width);
        for (int i = 0; i < values.Length; i++)
        {
            int plane = i / (height * width);
            values[i] = (values[i] - input.Mean[plane]) * input.Scale[plane];
        }

        return Of([values], height, width);
    }

    /// <summary>Pictures that are in memory already, for tests and for parts of a set.</summary>
    internal static CalibrationPictures Of(IReadOnlyList<float[]> inputs, int heightPx, int widthPx) => new([.. inputs], heightPx, widthPx, [], inputs.Count);

    /// <summary>Some of them.</summary>
    internal CalibrationPictures Part(System.Range range) => new(inputs[range], HeightPx, WidthPx, [], Available);

    /// <summary>The wished number at even distances first, then the rest, which stand in for those that cannot be read.</summary>
    private static IEnumerable<T> Spread<T>(List<T> all, int count)
    {
        int[] first = [.. Enumerable.Range(0, Math.Min(count, all.Count)).Select(i => (int)((long)i * all.Count / Math.Min(count, all.Count)))];
        return first.Concat(Enumerable.Range(0, all.Count).Except(first)).Select(i => all[i]);
    }

    private static float[] Prepare(Mat picture, NetworkInput input, int heightPx, int widthPx)
    {
        var values = new float[3 * heightPx * widthPx];
        Letterbox letterbox = Letterbox.Fit(picture.Width, picture.Height, widthPx, heightPx);
        new Preprocessor(input).Prepare(picture.AsSpan<byte>(), picture.Width, picture.Height, (int)picture.Step(), PixelFormat.Bgr, values, letterbox);
        return values;
    }
}
