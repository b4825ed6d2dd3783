namespace EdgePose.Inference;

/// <summary>The fixed shape that a network is opened for.</summary>
/// <param name="InputHeightPx">Height of the input, a multiple of the manifest's.</param>
/// <param name="InputWidthPx">Width of the input, a multiple of the manifest's.</param>
/// <param name="MaxBatch">The most pictures a run, 1 to 64.</param>
public readonly record struct NetworkShape(int InputHeightPx, int InputWidthPx, int MaxBatch)
{
    /// <summary>Values of one picture of the input.</summary>
    public int ImageValues => 3 * InputHeightPx * InputWidthPx;

    /// <summary>This shape with height and width rounded up to what a network takes: one size in a configuration fits every network.</summary>
    /// <param name="manifest">The network's.</param>
    public NetworkShape RoundedUpFor(NetworkManifest manifest)
    {
        ArgumentNullException.ThrowIfNull(manifest);
        int multiple = manifest.Input.MultipleOf;
        return this with { InputHeightPx = RoundUp(InputHeightPx, multiple), InputWidthPx = RoundUp(InputWidthPx, multiple) };
    }

    /// <summary>A height or width rounded up to a multiple of what a network takes.</summary>
    /// <param name="sizePx">Not negative.</param>
    /// <param name="multiple">Positive.</param>
    public static int RoundUp(int sizePx, int multiple) => (sizePx + multiple - 1) / multiple * multiple;

    internal void Check(NetworkManifest manifest)
    {
        int multiple = manifest.Input.MultipleOf;
        if (InputHeightPx <= 0 || InputWidthPx <= 0 || InputHeightPx % multiple != 0 || InputWidthPx % multiple != 0)
        {
            throw new NetworkException(
                $"{manifest.Id}: an input of {InputWidthPx} x {InputHeightPx} pixels is not possible; both must be positive multiples of {multiple}.");
        }

        if (MaxBatch is < 1 or > 64 || (long)ImageValues * MaxBatch > Array.MaxLength)
        {
            throw new NetworkException($"{manifest.Id}: a maximum batch of {MaxBatch} is not possible; it must be 1 to 64.");
        }
    }
}
