using System.Runtime.InteropServices;

namespace EdgePose.Scene;

/// <summary>The events of one frame, in storage that is used again.</summary>
public sealed class SceneEvents
{
    private readonly List<SceneEvent> items = new(64);

    /// <summary>The events, in their order.</summary>
    public ReadOnlySpan<SceneEvent> Items => CollectionsMarshal.AsSpan(items);

    internal void Add(in SceneEvent happened) => items.Add(happened);

    internal void Clear() => items.Clear();
}
