using EdgePose.Daemon.Settings;
using System.Text.Json;
using EdgePose.Configuration.Layers;
using EdgePose.Configuration.Schema;
using NJsonSchema;

namespace EdgePose.Daemon.Tests.Configuration;

public sealed class ShippedConfigurationTests
{
    private const string KeysStart = "<!-- keys: made from the types -->";
    private const string KeysEnd = "<!-- end of keys -->";

    private static string Shipped => Repository.File("config", "edgepose.json");

    [Fact]
    public void The_shipped_file_loads_without_errors() => Assert.Empty(EdgePoseConfiguration.Model.Load(Shipped).Errors);

    [Fact]
    public async Task The_shipped_file_keeps_to_its_schema()
    {
        var schema = await JsonSchema.FromJsonAsync(ConfigurationSchema.Generate(EdgePoseConfiguration.Model), TestContext.Current.CancellationToken);
        var options = new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };
        using var document = JsonDocument.Parse(await File.ReadAllTextAsync(Shipped, TestContext.Current.CancellationToken), options);

        Assert.Empty(schema.Validate(JsonSerializer.Serialize(document)));
        Assert.NotEmpty(schema.Validate("{\"network\":{\"manifest\":1}}"));
    }

    [Theory]
    [InlineData("config/edgepose.schema.json")]
    [InlineData("config/edgepose-layer.schema.json")]
    public void The_committed_schema_is_that_of_the_types(string name) =>
        GeneratedFile.Hold(name, ConfigurationSchema.Generate(EdgePoseConfiguration.Model, isLayer: name.Contains("-layer", StringComparison.Ordinal)), "the types say", "Daemon");

    [Fact]
    public void The_documented_keys_are_those_of_the_types()
    {
        const string name = "docs/configuration.md";
        var page = File.ReadAllText(Repository.File(name));
        var (start, end) = (page.IndexOf(KeysStart, StringComparison.Ordinal), page.IndexOf(KeysEnd, StringComparison.Ordinal));
        Assert.True(start >= 0 && end > start, $"{name} holds its tables between {KeysStart} and {KeysEnd}");
        var made = $"{page[..start]}{KeysStart}\n{ConfigurationReference.Generate(EdgePoseConfiguration.Model)}\n{page[end..]}";
        GeneratedFile.Hold(name, made, "the types say", "Daemon");
    }

    [Fact]
    public void Whatever_happens_to_a_file_there_is_a_configuration_or_an_error()
    {
        var random = new Random(78);
        var original = File.ReadAllBytes(Shipped);
        for (var round = 0; round < 2000; round++)
        {
            var bytes = original.ToList();
            for (var change = random.Next(1, 6); change > 0; change--)
            {
                var at = random.Next(bytes.Count - 64);
                switch (random.Next(4))
                {
                    case 0: bytes[at] = (byte)random.Next(256); break;
                    case 1: bytes.RemoveRange(at, random.Next(1, 64)); break;
                    case 2: bytes.InsertRange(at, bytes.GetRange(random.Next(bytes.Count - 64), 32)); break;
                    default: bytes[at] = (byte)"{}[]\",:0-/\\"[random.Next(11)]; break;
                }
            }

            var (config, errors) = EdgePoseConfiguration.Model.Parse([.. bytes], Shipped);
            Assert.True(config is null == errors.Count > 0, $"round {round}");
        }
    }
}
