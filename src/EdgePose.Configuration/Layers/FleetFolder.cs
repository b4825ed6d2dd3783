using System.Collections.Concurrent;
using System.Text.Json;
using EdgePose.Configuration.Reading;

namespace EdgePose.Configuration.Layers;

/// <summary>
/// A fleet's folder: <c>fleet.json</c> for all, <c>sites/SITE.json</c>, <c>devices/DEVICE.json</c>, and <c>conf.d/*.json</c> in the order of their names.
/// Every device can have the whole folder, and reads its own files. One instance reads each file once.
/// </summary>
/// <param name="model">The configuration.</param>
/// <param name="folder">The folder.</param>
internal sealed class FleetFolder(ConfigurationModel model, string folder)
{
    /// <summary>The name of a site's layer.</summary>
    public const string SiteLayerName = "site";

    private readonly ConcurrentDictionary<string, ConfigurationLayer> read = new(StringComparer.Ordinal);

    /// <summary>The names of the devices that have a file.</summary>
    public IReadOnlyList<string> Devices() => NamesIn(folder, "devices");

    /// <summary>The layers of one device, the lowest first, without the environment; empty with errors when there are none.</summary>
    /// <param name="identity">The device.</param>
    /// <param name="files">Receives each file that counts, whether it exists or not.</param>
    /// <param name="errors">Receives the errors of the folder itself.</param>
    public IReadOnlyList<ConfigurationLayer> LayersOf(DeviceIdentity identity, ICollection<string> files, ConfigurationErrors errors)
    {
        var ofDevice = InFolder("devices", identity.Name);
        files.Add(InFolder("fleet.json"));
        files.Add(ofDevice);
        if (!Path.Exists(ofDevice))
        {
            AddUnknown(identity.NamePlace, "device", identity.Name, Devices(), ofDevice, errors);
            return [];
        }

        var device = Read("device", ofDevice);
        List<ConfigurationLayer> layers = [.. Optional("fleet", InFolder("fleet.json")), identity.ToLayer(model)];
        if (SiteOf([device, .. layers.AsEnumerable().Reverse()]) is { } site)
        {
            layers.AddRange(SiteLayer(site, files, errors));
        }

        layers.Add(device);
        foreach (var file in Drops(folder))
        {
            files.Add(file);
            layers.Add(Read("conf.d", file));
        }

        return layers;
    }

    /// <summary>The files of conf.d, in their order. Names that begin with a dot belong to editors and mounts.</summary>
    public static IReadOnlyList<string> Drops(string folder) => [.. NamesIn(folder, "conf.d").Select(name => Path.Combine(folder, "conf.d", name + ".json"))];

    /// <summary>Whether the folder is a fleet's.</summary>
    public bool IsFleet => File.Exists(InFolder("fleet.json")) || Directory.Exists(InFolder("devices"));

    private IEnumerable<ConfigurationLayer> SiteLayer(ConfigurationNode site, ICollection<string> files, ConfigurationErrors errors)
    {
        var name = site.Text!;
        if (!IdentifierValidator.IsValid(name))
        {
            return []; // the value itself has an error
        }

        var file = InFolder("sites", name);
        files.Add(file);
        if (Path.Exists(file))
        {
            return [Read(SiteLayerName, file)];
        }

        var sites = Path.Combine(folder, "sites");
        files.Add(sites);
        if (!Directory.Exists(sites))
        {
            return []; // a fleet needs no files of sites
        }

        AddUnknown(site.Place, "site", name, NamesIn(folder, "sites"), file, errors);
        return [];
    }

    private ConfigurationNode? SiteOf(IEnumerable<ConfigurationLayer> layers) =>
        layers.Select(layer => layer.Root?.Find(model.SitePath)).FirstOrDefault(site => site is { Kind: JsonTokenType.String });

    private void AddUnknown(ConfigurationPlace place, string what, string name, IReadOnlyList<string> known, string file, ConfigurationErrors errors)
    {
        var near = errors.Suggest(name, known);
        errors.Add(what == "device" ? "$" : $"$.{model.SitePath}", place, $"there is no {what} \"{name}\": no file {file}", near is not null ? $"Did you mean \"{near}\"?" : $"Make that file, or correct the name of the {what}");
    }

    private IEnumerable<ConfigurationLayer> Optional(string layer, string file) => Path.Exists(file) ? [Read(layer, file)] : [];

    private ConfigurationLayer Read(string layer, string file) => read.GetOrAdd(file, _ => ConfigurationLayer.Read(model, layer, file));

    private string InFolder(string first, string? name = null) => name is null ? Path.Combine(folder, first) : Path.Combine(folder, first, name + ".json");

    private static IReadOnlyList<string> NamesIn(string folder, string part)
    {
        var names = Directory.Exists(Path.Combine(folder, part)) ? Directory.EnumerateFileSystemEntries(Path.Combine(folder, part), "*.json") : [];
        return [.. names.Select(file => Path.GetFileNameWithoutExtension(file)).Where(name => name.Length > 0 && name[0] != '.').Order(StringComparer.Ordinal)];
    }
}
