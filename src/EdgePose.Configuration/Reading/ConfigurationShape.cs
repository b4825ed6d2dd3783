using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace EdgePose.Configuration.Reading;

/// <summary>What the types say about the file: keys, names, defaults and lists. The binder, the schema, the reference and the hash all read it from here.</summary>
internal static class ConfigurationShape
{
    private static readonly NullabilityInfoContext Nullability = new();
    private static readonly ConcurrentDictionary<Type, IReadOnlyList<Key>> Sections = new();

    /// <summary>The key by which the items of a list are known.</summary>
    public const string IdKey = "id";

    /// <summary>A key of a section.</summary>
    public sealed record Key(string Name, PropertyInfo Property, bool Required, bool Nullable, string? Description)
    {
        /// <summary>The type without its Nullable wrapper.</summary>
        public Type Type { get; } = System.Nullable.GetUnderlyingType(Property.PropertyType) ?? Property.PropertyType;

        /// <summary>What the attributes demand of a value.</summary>
        public IReadOnlyList<ValidationAttribute> Rules { get; } = [.. Property.GetCustomAttributes<ValidationAttribute>()];

        /// <summary>Whether the value is the name of a file, which may be a credential instead.</summary>
        public bool IsFile => Type == typeof(string) && Property.Name.EndsWith("File", StringComparison.Ordinal);
    }

    /// <summary>Whether <paramref name="type"/> is a section (a record with keys of its own).</summary>
    public static bool IsSection(Type type) => type.IsClass && type != typeof(string) && ItemType(type) is null;

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

    /// <summary>An enumeration's values by their names in the file.</summary>
    public static IReadOnlyList<(string Name, object Value)> EnumNames(Type type) =>
    [
        .. type.GetFields(BindingFlags.Public | BindingFlags.Static).Select(field => (
            field.GetCustomAttribute<JsonStringEnumMemberNameAttribute>()?.Name ?? JsonNamingPolicy.CamelCase.ConvertName(field.Name),
            field.GetValue(null)!)),
    ];

    /// <summary>Whether a list's items are sections with an id, so that lists of two layers merge by it.</summary>
    public static bool MergesById(Type list) => ItemType(list) is { } item && IsSection(item) && KeysOf(item).Any(key => key is { Name: IdKey, Required: true });

    /// <summary>A list's items, whatever kind of list it is.</summary>
    public static IEnumerable<object?> Items(object? list)
    {
        // A default ImmutableArray throws when it is enumerated; to a reader it is an empty list.
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

    private static Key ToKey(PropertyInfo property) => new(
        property.GetCustomAttribute<JsonPropertyNameAttribute>()?.Name ?? JsonNamingPolicy.CamelCase.ConvertName(property.Name),
        property,
        property.IsDefined(typeof(RequiredAttribute)) || property.IsDefined(typeof(RequiredMemberAttribute)),
        Nullability.Create(property).WriteState == NullabilityState.Nullable,
        property.GetCustomAttribute<DescriptionAttribute>()?.Description);
}
