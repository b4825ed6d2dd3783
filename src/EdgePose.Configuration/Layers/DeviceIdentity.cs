using System.Text.Json;
using EdgePose.Configuration.Reading;

namespace EdgePose.Configuration.Layers;

/// <summary>The device whose files of a fleet's folder are read.</summary>
/// <param name="Name">The device's name: that of its file, without .json.</param>
/// <param name="NamePlace">The place of the name.</param>
/// <param name="Site">The site that the identity file names; null when it names none.</param>
/// <param name="SitePlace">The place of the site.</param>
public sealed record DeviceIdentity(string Name, ConfigurationPlace NamePlace, string? Site = null, ConfigurationPlace SitePlace = default)
{
    /// <summary>The identity file, in the fleet's folder: <c>{"device": "door-1", "site": "berlin"}</c>.</summary>
    public const string FileName = "identity.json";

    /// <summary>The name of the layer.</summary>
    public const string Layer = "identity";

    /// <summary>The identity: the command line's, else the environment's, else the identity file's, else the host's name up to its first dot.</summary>
    internal static DeviceIdentity? Find(ConfigurationModel model, string folder, LoadOptions options, ConfigurationErrors errors)
    {
        var identity = options.Device is { } asked ? new DeviceIdentity(asked, Said("--device")) : OfVariable(model, options);
        var file = Path.Combine(folder, FileName);
        if (options.Device is null && Path.Exists(file))
        {
            var read = ReadFile(file, errors);
            identity = read is null ? identity : identity is null ? read : identity with { Site = read.Site, SitePlace = read.SitePlace };
            if (errors.Any)
            {
                return null;
            }
        }

        identity ??= OfHost(options);
        foreach (var (name, place) in new[] { (identity.Name, identity.NamePlace), (identity.Site ?? "none", identity.SitePlace) })
        {
            if (!IdentifierValidator.IsValid(name))
            {
                errors.Add("$", place, $"\"{(name.Length <= 64 ? name : name[..64] + "...")}\" is no name of a device or site", "Use small letters, digits, - and _, a letter or digit first, at most 64");
                return null;
            }
        }

        return identity;
    }

    /// <summary>
    /// The identity of a device with one file: the environment's, even a wrong one, which gets an error later; else the host's name.
    /// Null when the host's name is no device's name, or is every machine's.
    /// </summary>
    internal static DeviceIdentity? OfSingle(ConfigurationModel model, LoadOptions options) =>
        OfVariable(model, options) ?? (HostName(options) is { } host && IdentifierValidator.IsValid(host) ? OfHost(options) : null);

    /// <summary>The name that the environment, or the identity file in the folder <paramref name="path"/>, gives this device; null when there is none.</summary>
    public static string? GivenName(ConfigurationModel model, string path, LoadOptions options) =>
        (OfVariable(model, options) ?? ReadFile(Path.Combine(path, FileName), new ConfigurationErrors(new ConfigurationSource(Layer, path))))?.Name;

    /// <summary>The name of this host; null when it is every machine's.</summary>
    public static string? HostName(LoadOptions options) => OfHost(options).Name is var name && name == "localhost" ? null : name;

    /// <summary>The identity as a layer: the device has its file's name, unless a file sets another one.</summary>
    internal ConfigurationLayer ToLayer(ConfigurationModel model)
    {
        var root = At(model.DevicePath, Name, NamePlace);
        return ConfigurationLayer.Of(model, NamePlace.Source, Site is null ? root : LayerMerge.Overlay(root, At(model.SitePath, Site, SitePlace)));
    }

    private static ConfigurationNode At(string path, string text, ConfigurationPlace place) =>
        path.Split('.').AsEnumerable().Reverse().Aggregate(ConfigurationNode.OfText(text, place), (node, name) => ConfigurationNode.OfMembers(place, [new(name, place, node)]));

    private static DeviceIdentity? OfVariable(ConfigurationModel model, LoadOptions options) =>
        options.Environment.TryGetValue(model.DeviceVariable, out var variable) && variable.Length > 0 ? new DeviceIdentity(variable, Said(model.DeviceVariable)) : null;

    private static DeviceIdentity OfHost(LoadOptions options) => new(options.HostName.Split('.')[0].ToLowerInvariant(), Said("host name"));

    private static ConfigurationPlace Said(string by) => new(new ConfigurationSource(Layer, by), 0, 0);

    private static DeviceIdentity? ReadFile(string file, ConfigurationErrors errors)
    {
        var source = new ConfigurationSource(Layer, file);
        var found = new ConfigurationErrors(source);
        DeviceIdentity? identity = null;
        if (ConfigurationFile.Read(file, found) is { } bytes && ConfigurationParser.Parse(bytes, source, found) is { } root)
        {
            foreach (var (name, place, value) in root.Members)
            {
                if (name is not ("device" or "site") || value.Kind != JsonTokenType.String)
                {
                    found.Add($"$.{name}", place, "an identity has a \"device\" and a \"site\", both texts", "Write { \"device\": \"name\", \"site\": \"name\" }, the site only if the device's file does not say it");
                }
            }

            if (root["device"] is { Kind: JsonTokenType.String } device)
            {
                identity = new DeviceIdentity(device.Text!, device.Place, root["site"]?.Text, root["site"]?.Place ?? default);
            }
            else if (!found.Any)
            {
                found.Add("$.device", root.Place, "the key \"device\" is missing", "Add it: the name of this device's file in devices/, without .json");
            }
        }

        errors.AddRange(found.Sorted());
        return identity;
    }
}
