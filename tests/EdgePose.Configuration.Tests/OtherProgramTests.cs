using System.Text.Json.Nodes;
using EdgePose.Configuration.Inspection;
using EdgePose.Configuration.Layers;
using EdgePose.Configuration.Reading;
using EdgePose.Configuration.Schema;

namespace EdgePose.Configuration.Tests;

/// <summary>Another program's configuration is read, layered, explained and described by its own names.</summary>
public sealed class OtherProgramTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("edgepose-other-").FullName;

    public OtherProgramTests()
    {
        Write("fleet.json", "{\"bedTemplates\":{\"dry\":{\"water\":1,\"soil\":\"sand\"}}}");
        Write("sites/south.json", "{\"plants\":[\"bell-pepper\"]}");
        Write("devices/glass.json", "{\"place\":{\"garden\":\"south\"},\"beds\":{\"back-wall\":{\"extends\":\"dry\"},\"door\":{\"key\":{\"fromCredential\":\"k\"}}}}");
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void Layers_templates_identity_and_environment_follow_the_names_of_the_model()
    {
        var options = new LoadOptions { Environment = new Dictionary<string, string> { ["GREEN_HOUSE"] = "glass", ["GREEN__BEDS__BACK_WALL__WATER"] = "2" } };
        var (config, errors) = Greenhouse.Model.Load(folder, options);
        Assert.Empty(errors);
        Assert.Equal(("south", "glass", folder), (config!.Place.Garden, config.Place.House, config.Folder));
        Assert.Equal([Plant.Pepper], config.Plants);
        Assert.Equal([("back-wall", 2, Soil.Sand), ("door", 5, Soil.Clay)], config.Beds.Select(bed => (bed.Id, bed.Water, bed.Soil)));
    }

    [Fact]
    public void An_unknown_name_is_an_error_and_never_a_default()
    {
        Write("devices/glass.json", "{\"plants\":[\"cactus\"],\"beds\":{\"a\":{\"soil\":\"peat\"}}}");
        var (config, errors) = Greenhouse.Model.Load(folder, LoadOptions.Of("glass"));
        Assert.Null(config);
        Assert.Equal(["Write one of \"tomato\", \"bell-pepper\"", "Write one of \"clay\", \"sand\""], errors.Select(error => error.Remedy));
    }

    [Fact]
    public void The_checks_of_the_model_run_with_the_options()
    {
        Write("devices/glass.json", "{\"place\":{\"garden\":\"south\"}}");
        Assert.Empty(Greenhouse.Model.Load(folder, LoadOptions.Of("glass")).Errors);
        Assert.Equal("there is no bed", Assert.Single(Greenhouse.Model.Load(folder, LoadOptions.Of("glass") with { IsToRun = true }).Errors).Reason);
    }

    [Fact]
    public void A_value_is_explained_through_its_template()
    {
        var (found, errors) = ConfigurationExplanation.Of(Greenhouse.Model, folder, LoadOptions.Of("glass"), "beds.back-wall.water");
        Assert.Empty(errors);
        Assert.Equal([("built-in default", "5"), ($"{folder}/fleet.json:1 (template dry)", "1")], Assert.Single(found).Statements.Select(statement => (statement.Where, statement.Value)));
    }

    [Fact]
    public void Two_devices_of_one_name_are_refused()
    {
        Write("devices/brick.json", "{\"place\":{\"garden\":\"south\",\"house\":\"glass\"},\"beds\":{\"a\":{}}}");
        var errors = Fleet.ErrorsOf(Fleet.Check(Greenhouse.Model, folder));
        Assert.Equal(["device glass is called south/glass too", "device brick is called south/glass too"], errors.Select(pair => pair.Error.Reason));
    }

    [Fact]
    public void The_shown_configuration_loads_again_as_the_same_revision()
    {
        var config = Greenhouse.Model.Load(folder, LoadOptions.Of("glass")).Config!;
        var text = EffectiveConfiguration.ToText(config).Replace("\"credential:k\"", "{\"fromCredential\":\"k\"}", StringComparison.Ordinal);
        var again = Greenhouse.Model.Parse(System.Text.Encoding.UTF8.GetBytes(text), "shown.json").Config!;
        Assert.Equal(ConfigurationHash.Of(config), ConfigurationHash.Of(again));
        Assert.Empty(ConfigurationDifference.Between(config, again));
    }

    [Fact]
    public void Schema_and_reference_describe_the_keys_of_the_type()
    {
        var schema = JsonNode.Parse(ConfigurationSchema.Generate(Greenhouse.Model))!;
        Assert.Equal("Greenhouse", (string?)schema["title"]);
        Assert.Equal(["clay", "sand"], schema["definitions"]!["bed"]!["properties"]!["soil"]!["enum"]!.AsArray().Select(name => (string?)name));
        Assert.NotNull(schema["definitions"]!["bed"]!["properties"]!["key"]!["anyOf"]);
        Assert.NotNull(schema["properties"]!["bedTemplates"]);
        Assert.Contains("| `soil` | `\"clay\"` | `clay`, `sand` |", ConfigurationReference.Generate(Greenhouse.Model), StringComparison.Ordinal);
    }

    private void Write(string name, string text)
    {
        var path = Path.Combine(folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }
}
