using System.ComponentModel.DataAnnotations;
using System.Reflection;
using EdgePose.Configuration.Reading;
using EdgePose.Daemon.Settings;

namespace EdgePose.Daemon.Tests.Configuration;

public sealed class TextKindTests
{
    [Fact]
    public void Every_text_whose_meaning_counts_says_so_by_a_kind_that_the_checks_know()
    {
        var kinds = Texts(typeof(EdgePoseConfig), "").ToDictionary(text => text.Path, text => text.Kind, StringComparer.Ordinal);
        Assert.Subset(new HashSet<string?> { TextKind.File, TextKind.SecretFile, TextKind.Identifier, SettingText.Address, SettingText.Pipeline, SettingText.Manifest, null }, kinds.Values.ToHashSet());
        string[] Of(string kind) => [.. kinds.Where(pair => pair.Value == kind).Select(pair => pair.Key).Order(StringComparer.Ordinal)];
        Assert.Equal(["cameras.passwordFile", "mqtt.keyFile", "mqtt.passwordFile", "page.keyFile", "page.tokenFile"], Of(TextKind.SecretFile));
        Assert.Equal(["cameras.caFile", "mqtt.caFile", "mqtt.certificateFile", "page.certificateFile"], Of(TextKind.File));
        Assert.Equal(["cameras.id", "cameras.scene.lines.id", "cameras.scene.zones.id", "device.id", "device.site"], Of(TextKind.Identifier));
        Assert.Equal(["cameras.address", "metrics.otlpAddress", "mqtt.address"], Of(SettingText.Address));
        Assert.Equal(["cameras.pipeline"], Of(SettingText.Pipeline));
        Assert.Equal(["network.manifest", "overload.shallowerManifest"], Of(SettingText.Manifest));
    }

    private static IEnumerable<(string Path, string? Kind)> Texts(Type section, string prefix) => ConfigurationShape.KeysOf(section).SelectMany(key =>
    {
        var type = ConfigurationShape.ItemType(key.Type) ?? key.Type;
        return ConfigurationShape.IsSection(type) ? Texts(type, $"{prefix}{key.Name}.")
            : key.Type == typeof(string) ? [($"{prefix}{key.Name}", key.Property.GetCustomAttribute<DataTypeAttribute>()?.CustomDataType)]
            : [];
    });
}
