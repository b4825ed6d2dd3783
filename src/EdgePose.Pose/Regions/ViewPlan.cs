namespace EdgePose.Regions;

/// <summary>The views of one frame, in storage that is used again.</summary>
/// <param name="capacity">The most views of a frame.</param>
public sealed class ViewPlan(int capacity = ViewPlan.MostViews)
{
    /// <summary>The most views of a frame, unless told otherwise. More people than that wait for the next frame.</summary>
    public const int MostViews = 64;

    private readonly View[] views = new View[capacity];
    private int count;

    /// <summary>The views, in the order in which they were chosen.</summary>
    public ReadOnlySpan<View> Views => views.AsSpan(0, count);

    /// <summary>What looking through all of them costs, in network pixels.</summary>
    public int Pixels { get; private set; }

    /// <summary>Adds a view.</summary>
    /// <returns>False when the plan is full.</returns>
    public bool TryAdd(in View view)
    {
        if (count == views.Length)
        {
            return false;
        }

        views[count++] = view;
        Pixels += view.Pixels;
        return true;
    }

    /// <summary>How many views of a kind there are.</summary>
    public int Count(ViewKind kind)
    {
        var found = 0;
        foreach (ref readonly var view in Views)
        {
            found += view.Kind == kind ? 1 : 0;
        }

        return found;
    }

    /// <summary>Removes every view.</summary>
    public void Clear() => (count, Pixels) = (0, 0);
}
