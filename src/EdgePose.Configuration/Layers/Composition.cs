using EdgePose.Configuration.Reading;
using EdgePose.Daemon.Settings;

namespace EdgePose.Configuration.Layers;

/// <summary>Layers to one configuration: merged, templates filled in, bound and checked as a whole.</summary>
/// <param name="layers">The layers, the lowest first.</param>
/// <param name="whole">What all of them together are called.</param>
internal sealed class Composition(IReadOnlyList<ConfigurationLayer> layers, ConfigurationSource whole)
{
    private ConfigurationNode? merged;

    /// <summary>The layers, the lowest first.</summary>
    public IReadOnlyList<ConfigurationLayer> Layers { get; } = layers;

    /// <summary>All layers merged, before templates: what a path is looked up in.</summary>
    public ConfigurationNode Merged => merged ??= Merge();

    /// <summary>The file that says all that was written, so that what is at fault is at fault there; null where several were laid over each other.</summary>
    private ConfigurationLayer? SingleFile => Layers.Where(layer => layer.Source.Layer != DeviceIdentity.Layer).ToList() is [var one] && one.Source == whole ? one : null;

    /// <summary>Binds and checks.</summary>
    /// <param name="baseFolder">Where relative paths start.</param>
    /// <param name="lookForFiles">Whether the files that are named must be there; false on another machine than the device.</param>
    /// <param name="errors">Has what was found before; gets the rest.</param>
    public EdgePoseConfig? Bind(string baseFolder, bool lookForFiles, ConfigurationErrors errors)
    {
        foreach (var layer in Layers)
        {
            errors.AddRange(layer.Errors);
        }

        if (Layers.Any(layer => layer.Root is null))
        {
            return null; // what the unreadable one would have said is not known, so nothing can be called missing
        }

        var completed = LayerMerge.WithoutRemoved(CameraTemplates.Apply(Merged, errors));
        var root = LayerForm.ToLists(completed, typeof(EdgePoseConfig), "$", SingleFile is not null, errors);
        var section = (EdgePoseConfig)new ConfigurationBinder(errors, isLayer: false).BindSection(root, typeof(EdgePoseConfig), "$");
        var config = section with { BaseFolder = baseFolder };
        ConfigurationChecks.Run(config, lookForFiles, errors);
        return errors.Any ? null : config;
    }

    private ConfigurationNode Merge()
    {
        var place = new ConfigurationPlace(whole, 0, 0);
        var root = Layers.Select(layer => layer.Root).OfType<ConfigurationNode>().Aggregate(ConfigurationNode.OfMembers(place, []), LayerMerge.Overlay);
        return root with { Place = SingleFile?.Root?.Place ?? place };
    }
}
