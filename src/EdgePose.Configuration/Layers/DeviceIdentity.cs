using System.Text.Json;
using System.Text.RegularExpressions;
using EdgePose.Configuration.Reading;

namespace EdgePose.Configuration.Layers;

/// <summary>Which device this is, and so which files of a fleet's folder are its own.</summary>
/// <param name="Name">The device's name: that of its file, without .json.</param>
/// <param name="NamePlace">Who said so.</param>
/// <param name="Site">The site that the identity file names; null when it names none.</param>
/// <param name="SitePlace">Where it names it.</param>
internal sealed partial record DeviceIdentity(string Name, ConfigurationPlace NamePlace, string? Site = null, ConfigurationPlace SitePlace = default)
{
    /// <summary>The identity file, in the fleet's folder: <c>{"device": "door-1", "site": "berlin"}</c>.</summary>
    public const string FileName = "identity.json";

    /// <summary>The variable that names the device.</summary>
    public const string Variable = "EDGEPOSE_DEVICE";

    /// <summary>What the layer is called.</summary>
    public const string Layer = "identity";

    /// <summary>Whether <paramref name="name"/> may be the name of a device, and so of a file and a level of a topic.</summary>
    public static bool IsName(string name) => Form().IsMatch(name);

    /// <summary>Finds out who this is: what the command line says, then the environment, then the identity file, then the host's name up to its first dot.</summary>
    public static DeviceIdentity? Find(string folder, LoadOptions options, ConfigurationErrors errors)
    {
        var identity = options.Device is { } asked ? new DeviceIdentity(asked, Said("--device")) : OfVariable(options);
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
            if (!IsName(name))
            {
                errors.Add("$", place, $"\"{(name.Length <= 64 ? name : name[..64] + "...")}\" is no name of a device or site", "Use small letters, digits, - and _, a letter or digit first, at most 64");
                return null;
            }
        }

        return identity;
    }

    /// <summary>
    /// Who a device is that has one file alone: what the environment says, be it wrong, which the check of device.id tells; else the host's name, unless that cannot be a
    /// device's or is every machine's. Null says nothing.
    /// </summary>
    public static DeviceIdentity? OfSingle(LoadOptions options) =>
        OfVariable(options) ?? (HostName(options) is { } host && IsName(host) ? OfHost(options) : null);

    /// <summary>The name that this device was given, by the environment or by an identity file in the folder <paramref name="path"/>; null when neither can tell.</summary>
    public static string? GivenName(string path, LoadOptions options) =>
        (OfVariable(options) ?? ReadFile(Path.Combine(path, FileName), new ConfigurationErrors(path)))?.Name;

    /// <summary>The name of this host; null when it is every machine's.</summary>
    public static string? HostName(LoadOptions options) => OfHost(options).Name is var name && name == "localhost" ? null : name;

    /// <summary>The identity as a layer: a device is called what its file is called, unless a file says otherwise.</summary>
    public ConfigurationLayer ToLayer()
    {
        List<ConfigurationNode.Member> members = [new("id", NamePlace, ConfigurationNode.OfText(Name, NamePlace))];
        if (Site is not null)
        {
            members.Add(new("site", SitePlace, ConfigurationNode.OfText(Site, SitePlace)));
        }

        return ConfigurationLayer.Of(NamePlace.Source, ConfigurationNode.OfMembers(NamePlace, [new("device", NamePlace, ConfigurationNode.OfMembers(NamePlace, members))]));
    }

    private static DeviceIdentity? OfVariable(LoadOptions options) =>
        options.Environment.TryGetValue(Variable, out var variable) && variable.Length > 0 ? new DeviceIdentity(variable, Said(Variable)) : null;

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

    [GeneratedRegex(@"\A[a-z0-9][a-z0-9_-]{0,63}\z")]
    private static partial Regex Form();
}
