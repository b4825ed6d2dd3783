using System.ComponentModel;
using System.Globalization;

namespace EdgePose;

/// <summary>Converts between a known skeleton and its id, so that a configuration can name it.</summary>
public sealed class SkeletonConverter : TypeConverter
{
    /// <inheritdoc/>
    public override bool GetStandardValuesSupported(ITypeDescriptorContext? context) => true;

    /// <inheritdoc/>
    public override StandardValuesCollection GetStandardValues(ITypeDescriptorContext? context) => new(Skeletons.All);

    /// <inheritdoc/>
    public override object? ConvertTo(ITypeDescriptorContext? context, CultureInfo? culture, object? value, Type destinationType) =>
        value is Skeleton skeleton && destinationType == typeof(string) ? skeleton.Id : base.ConvertTo(context, culture, value, destinationType);
}
