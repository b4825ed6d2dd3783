using System.Collections.Immutable;
using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using EdgePose.Configuration.Reading;

namespace EdgePose.Configuration.Tests;

/// <summary>A configuration of another program: this project knows none of its keys.</summary>
internal sealed record Greenhouse
{
    public static ConfigurationModel<Greenhouse> Model { get; } = new()
    {
        Title = "Greenhouse",
        Version = 1,
        EnvironmentPrefix = "GREEN__",
        DeviceVariable = "GREEN_HOUSE",
        DevicePath = "place.house",
        SitePath = "place.garden",
        Templates = new("beds", "bedTemplates", "Common keys of beds.", "The template of a bed."),
        WithBaseFolder = (config, folder) => config with { Folder = folder },
        Check = (config, options, errors) =>
        {
            if (options.IsToRun && config.Beds.IsEmpty)
            {
                errors.Add("$.beds", "there is no bed", "Add one");
            }
        },
    };

    public PlaceSection Place { get; init; } = new();

    [MinLength(1)]
    public ImmutableArray<Plant> Plants { get; init; } = [Plant.Tomato];

    public ImmutableArray<Bed> Beds { get; init; } = [];

    [JsonIgnore]
    public string Folder { get; init; } = "";
}

internal sealed record PlaceSection
{
    public string Garden { get; init; } = "home";

    public string House { get; init; } = "one";
}

internal sealed record Bed
{
    [Required]
    [DataType(TextKind.Identifier)]
    public required string Id { get; init; }

    [Description("Litres a day.")]
    [Range(0, 100)]
    public int Water { get; init; } = 5;

    public Soil Soil { get; init; } = Soil.Clay;

    [DataType(TextKind.SecretFile)]
    public string? Key { get; init; }
}

internal enum Plant
{
    Tomato,

    [JsonStringEnumMemberName("bell-pepper")]
    Pepper,
}

/// <summary>A closed set of objects, which a converter names.</summary>
[TypeConverter(typeof(SoilConverter))]
internal sealed class Soil(string name)
{
    public static Soil Clay { get; } = new("clay");

    public static Soil Sand { get; } = new("sand");

    public string Name { get; } = name;
}

internal sealed class SoilConverter : TypeConverter
{
    public override StandardValuesCollection GetStandardValues(ITypeDescriptorContext? context) => new(new[] { Soil.Clay, Soil.Sand });

    public override object? ConvertTo(ITypeDescriptorContext? context, System.Globalization.CultureInfo? culture, object? value, Type destinationType) => ((Soil)value!).Name;
}
