using EdgePose.Configuration.Reading;

namespace EdgePose.Configuration.Layers;

/// <summary>Makes one configuration of layers: merges them, applies templates, binds and checks the whole.</summary>
/// <param name="model">The configuration.</param>
/// <param name="layers">The layers, the lowest first.</param>
/// <param name="whole">The source of errors of the whole.</param>
internal sealed class Composition(ConfigurationModel model, IReadOnlyList<ConfigurationLayer> layers, ConfigurationSource whole)
{
    private ConfigurationNode? merged;

    /// <summary>The layers, the lowest first.</summary>
    public IReadOnlyList<ConfigurationLayer> Layers { get; } = layers;

    /// <summary>All layers merged, before templates.</summary>
    public ConfigurationNode Merged => merged ??= Merge();

    /// <summary>The only file, whose places are those of the errors; null when there are several.</summary>
    private ConfigurationLayer? SingleFile => Layers.Where(layer => layer.Source.Layer != DeviceIdentity.Layer).ToList() is [var one] && one.Source == whole ? one : null;

    /// <summary>Binds and checks.</summary>
    /// <param name="baseFolder">The folder that relative paths start from.</param>
    /// <param name="options">What is checked.</param>
    /// <param name="errors">Receives the errors.</param>
    public object? Bind(string baseFolder, LoadOptions options, ConfigurationErrors errors)
    {
        foreach (var layer in Layers)
        {
            errors.AddRange(layer.Errors);
        }

        if (Layers.Any(layer => layer.Root is null))
        {
            return null; // the content of one is not known, so no key can be called missing
        }

        var completed = LayerMerge.WithoutRemoved(Templates.Apply(model.Templates, Merged, errors));
        var root = LayerForm.ToLists(completed, model.Root, "$", SingleFile is not null, errors);
        var config = model.Complete(new ConfigurationBinder(model, errors, isLayer: false).BindSection(root, model.Root, "$"), baseFolder, options, errors);
        return errors.Any ? null : config;
    }

    private ConfigurationNode Merge()
    {
        var place = new ConfigurationPlace(whole, 0, 0);
        var root = Layers.Select(layer => layer.Root).OfType<ConfigurationNode>().Aggregate(ConfigurationNode.OfMembers(place, []), LayerMerge.Overlay);
        return root with { Place = SingleFile?.Root?.Place ?? place };
    }
}
