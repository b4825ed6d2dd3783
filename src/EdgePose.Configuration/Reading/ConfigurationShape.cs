using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace EdgePose.Configuration.Reading;

/// <summary>The form of a configuration, read from its types: keys, names, defaults and lists. Binder, schema, reference and hash use it.</summary>
internal static class ConfigurationShape
{
    private static readonly NullabilityInfoContext Nullability = new();
    private static readonly ConcurrentDictionary<Type, IReadOnlyList<Key>> Sections = new();
    private static readonly ConcurrentDictionary<Type, IReadOnlyList<(string Name, object Value)>?> Names = new();

    /// <summary>The key that identifies an item of a list.</summary>
    public const string IdKey = "id";

    /// <summary>A key of a section.</summary>
    public sealed record Key(string Name, PropertyInfo Property, bool Required, bool Nullable, string? Description)
    {
        /// <summary>The type without its Nullable wrapper.</summary>
        public Type Type { get; } = System.Nullable.GetUnderlyingType(Property.PropertyType) ?? Property.PropertyType;

        /// <summary>The validation attributes.</summary>
        public IReadOnlyList<ValidationAttribute> Rules { get; } = [.. Property.GetCustomAttributes<ValidationAttribute>()];

        /// <summary>What a text means (<see cref="TextKind"/>); null for a plain text.</summary>
        public string? Kind { get; } = Property.GetCustomAttribute<DataTypeAttribute>()?.GetDataTypeName();

        /// <summary>Whether the value is the path of a file, which can be a credential instead.</summary>
        public bool IsFile => Kind is TextKind.File or TextKind.SecretFile;
    }

    /// <summary>Whether <paramref name="type"/> is a section (a record with keys of its own).</summary>
    public static bool IsSection(Type type) => type.IsClass && type != typeof(string) && ItemType(type) is null && NamesOf(type) is null;

    /// <summary>The type of a list's items; null when <paramref name="type"/> is no list.</summary>
    public static Type? ItemType(Type type) =>
        type.IsArray ? type.GetElementType()
        : type.IsGenericType && (type.GetGenericTypeDefinition() == typeof(ImmutableArray<>) || type.GetGenericTypeDefinition() == typeof(IReadOnlyList<>))
            ? type.GetGenericArguments()[0]
            : null;

    /// <summary>The keys of a section, in the order in which they are declared.</summary>
    public static IReadOnlyList<Key> KeysOf(Type section) => Sections.GetOrAdd(section, ReadKeys);

    private static IReadOnlyList<Key> ReadKeys(Type section)
    {
        lock (Nullability)
        {
            return
            [
                .. section.GetProperties(BindingFlags.Public | BindingFlags.Instance)
                    .Where(property => property.CanWrite && property.GetCustomAttribute<JsonIgnoreAttribute>() is null)
                    .OrderBy(property => property.MetadataToken)
                    .Select(ToKey),
            ];
        }
    }

    /// <summary>A section with every default.</summary>
    public static object Defaults(Type section) => Activator.CreateInstance(section)!;

    /// <summary>The values of an enumeration, or of a type whose converter knows them all, by their names in the file; null for another type.</summary>
    public static IReadOnlyList<(string Name, object Value)>? NamesOf(Type type) => Names.GetOrAdd(type, ReadNames);

    /// <summary>The value at a path of section keys, for example <c>device.id</c>.</summary>
    public static object? ValueAt(object config, string path) =>
        path.Split('.').Aggregate((object?)config, (section, name) => KeysOf(section!.GetType()).Single(key => key.Name == name).Property.GetValue(section));

    /// <summary>Whether a list's items are sections with an id. Such lists of two layers merge by the id.</summary>
    public static bool MergesById(Type list) => ItemType(list) is { } item && IsSection(item) && KeysOf(item).Any(key => key is { Name: IdKey, Required: true });

    /// <summary>A list's items, whatever kind of list it is.</summary>
    public static IEnumerable<object?> Items(object? list)
    {
        // A default ImmutableArray throws when it is enumerated. Here it is an empty list.
        if (list is null || (list.GetType() is { IsValueType: true } type && (bool)type.GetProperty("IsDefault")!.GetValue(list)!))
        {
            return [];
        }

        return ((System.Collections.IEnumerable)list).Cast<object?>();
    }

    /// <summary>Items as the list type that a property wants.</summary>
    public static object ToList(Type list, Type item, IReadOnlyList<object?> items)
    {
        var array = Array.CreateInstance(item, items.Count);
        for (var i = 0; i < items.Count; i++)
        {
            array.SetValue(items[i], i);
        }

        return list.IsGenericType && list.GetGenericTypeDefinition() == typeof(ImmutableArray<>)
            ? typeof(System.Runtime.InteropServices.ImmutableCollectionsMarshal).GetMethod("AsImmutableArray")!.MakeGenericMethod(item).Invoke(null, [array])!
            : array;
    }

    private static IReadOnlyList<(string Name, object Value)>? ReadNames(Type type)
    {
        if (type.IsEnum)
        {
            return
            [
                .. type.GetFields(BindingFlags.Public | BindingFlags.Static).Select(field => (
                    field.GetCustomAttribute<JsonStringEnumMemberNameAttribute>()?.Name ?? JsonNamingPolicy.CamelCase.ConvertName(field.Name),
                    field.GetValue(null)!)),
            ];
        }

        return type.IsDefined(typeof(TypeConverterAttribute)) && TypeDescriptor.GetConverter(type) is var converter && converter.GetStandardValues() is { } values
            ? [.. values.Cast<object>().Select(value => (converter.ConvertToInvariantString(value)!, value))]
            : null;
    }

    private static Key ToKey(PropertyInfo property) => new(
        property.GetCustomAttribute<JsonPropertyNameAttribute>()?.Name ?? JsonNamingPolicy.CamelCase.ConvertName(property.Name),
        property,
        property.IsDefined(typeof(RequiredAttribute)) || property.IsDefined(typeof(RequiredMemberAttribute)),
        Nullability.Create(property).WriteState == NullabilityState.Nullable,
        property.GetCustomAttribute<DescriptionAttribute>()?.Description);
}
