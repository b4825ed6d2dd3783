using System.Runtime.CompilerServices;

namespace EdgePose.Scene;

/// <summary>One value that made an event true.</summary>
/// <param name="Name">What it is, with its unit.</param>
/// <param name="Value">The value.</param>
public readonly record struct Reading(string Name, float Value);

/// <summary>The values that made an event true; unused ones have no name.</summary>
[InlineArray(Count)]
public struct Evidence
{
    /// <summary>The most values.</summary>
    public const int Count = 6;

    private Reading first;

    /// <summary>Some values; those that are not finite are left out.</summary>
    public static Evidence Of(params ReadOnlySpan<Reading> readings)
    {
        var evidence = default(Evidence);
        var count = 0;
        foreach (var reading in readings)
        {
            if (float.IsFinite(reading.Value) && count < Count)
            {
                evidence[count++] = reading;
            }
        }

        return evidence;
    }
}
