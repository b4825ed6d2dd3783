using System.Collections.Immutable;
using EdgePose.Configuration.Reading;
using EdgePose.Scene;

namespace EdgePose.Daemon.Settings;

/// <summary>Checks the shapes of zones and lines, and what their keys say together.</summary>
internal static class SceneValidator
{
    private const int MostPoints = 100;
    private const double LeastArea = 1e-5;
    private const double LeastLength = 0.005;

    /// <summary>Adds what is wrong with the scenes of <paramref name="config"/>.</summary>
    public static void Validate(EdgePoseConfig config, ConfigurationErrors errors)
    {
        for (var i = 0; i < config.Cameras.Length; i++)
        {
            var (scene, path) = (config.Cameras[i].Scene, $"$.cameras[{i}].scene");
            CheckIds(scene.Zones.Select(zone => zone.Id), $"{path}.zones", errors);
            CheckIds(scene.Lines.Select(line => line.Id), $"{path}.lines", errors);
            for (var zone = 0; zone < scene.Zones.Length; zone++)
            {
                CheckZone(scene.Zones[zone], $"{path}.zones[{zone}]", errors);
            }

            for (var line = 0; line < scene.Lines.Length; line++)
            {
                CheckLine(scene.Lines[line], $"{path}.lines[{line}]", errors);
            }
        }
    }

    private static void CheckIds(IEnumerable<string> ids, string path, ConfigurationErrors errors)
    {
        foreach (var twice in ids.GroupBy(id => id, StringComparer.Ordinal).Where(same => same.Count() > 1))
        {
            errors.Add(path, $"the id \"{twice.Key}\" is used twice", "Give each its own id");
        }
    }

    private static void CheckZone(ZoneOptions zone, string path, ConfigurationErrors errors)
    {
        if (zone.MinPeople > zone.MaxPeople)
        {
            errors.Add($"{path}.minPeople", "minPeople is above maxPeople, so every number is reported", "Exchange the two, or leave one out");
        }

        if (!zone.DwellSeconds.IsDefault && zone.DwellSeconds.Zip(zone.DwellSeconds.Skip(1), (one, next) => next <= one).Append(zone.DwellSeconds.Any(seconds => seconds <= 0)).Any(wrong => wrong))
        {
            errors.Add($"{path}.dwellSeconds", "the lengths of stay do not rise from above 0", "Write them in rising order, each above 0");
        }

        if (!ArePoints(zone.Points, $"{path}.points", errors))
        {
            return;
        }

        if (Crossing(zone.Points) is var (one, other))
        {
            errors.Add($"{path}.points", $"the border crosses itself: side {one + 1} meets side {other + 1}", "Write the corners in the order in which they follow each other around the zone");
        }
        else if (Area(zone.Points) < LeastArea)
        {
            errors.Add($"{path}.points", "the zone has no area", "Write corners that do not lie on one line");
        }
    }

    private static void CheckLine(LineOptions line, string path, ConfigurationErrors errors)
    {
        if (line.Place is not (PersonPlace.Feet or PersonPlace.Hips))
        {
            errors.Add($"{path}.place", "a line is crossed by one point of a person", "Write \"feet\" or \"hips\"");
        }

        if (ArePoints(line.Points, $"{path}.points", errors) && Math.Sqrt(Squared(line.Points[0], line.Points[1])) < LeastLength)
        {
            errors.Add($"{path}.points", "the line has no length", "Write two ends that differ");
        }
    }

    private static bool ArePoints(ImmutableArray<ImmutableArray<double>> points, string path, ConfigurationErrors errors)
    {
        if (points.IsDefaultOrEmpty || errors.Has(path))
        {
            return false; // missing: that has an error already
        }

        if (points.Length > MostPoints)
        {
            errors.Add(path, $"there are {points.Length} points, more than {MostPoints}", "Draw the shape with fewer");
            return false;
        }

        for (var i = 0; i < points.Length; i++)
        {
            if (points[i].IsDefault || points[i].Length != 2)
            {
                errors.Add($"{path}[{i}]", "a point has two numbers", "Write [x, y], each from 0 to 1");
                return false;
            }

            if (points[i].Any(value => value is < 0 or > 1))
            {
                errors.Add($"{path}[{i}]", "the point is outside the picture", "Write x and y from 0 (left, top) to 1 (right, bottom): pixels divided by the picture's width and height");
                return false;
            }
        }

        return true;
    }

    /// <summary>Two sides that are no neighbours and meet; null when there are none.</summary>
    private static (int One, int Other)? Crossing(ImmutableArray<ImmutableArray<double>> points)
    {
        var count = points.Length;
        for (var i = 0; i < count; i++)
        {
            for (var j = i + 1; j < count; j++)
            {
                var areNeighbours = j == i + 1 || (i == 0 && j == count - 1);
                if (!areNeighbours && Meet(points[i], points[(i + 1) % count], points[j], points[(j + 1) % count]))
                {
                    return (i, j);
                }
            }
        }

        return null;
    }

    private static bool Meet(ImmutableArray<double> a, ImmutableArray<double> b, ImmutableArray<double> c, ImmutableArray<double> d) =>
        Turn(a, b, c) * Turn(a, b, d) <= 0 && Turn(c, d, a) * Turn(c, d, b) <= 0
        && Math.Min(a[0], b[0]) <= Math.Max(c[0], d[0]) && Math.Min(c[0], d[0]) <= Math.Max(a[0], b[0])
        && Math.Min(a[1], b[1]) <= Math.Max(c[1], d[1]) && Math.Min(c[1], d[1]) <= Math.Max(a[1], b[1]);

    private static int Turn(ImmutableArray<double> a, ImmutableArray<double> b, ImmutableArray<double> c) =>
        Math.Sign(((b[0] - a[0]) * (c[1] - a[1])) - ((b[1] - a[1]) * (c[0] - a[0])));

    private static double Area(ImmutableArray<ImmutableArray<double>> points) =>
        Math.Abs(points.Select((point, i) => points[(i + 1) % points.Length] is var next ? (point[0] * next[1]) - (next[0] * point[1]) : 0).Sum()) / 2;

    private static double Squared(ImmutableArray<double> one, ImmutableArray<double> other) => Math.Pow(one[0] - other[0], 2) + Math.Pow(one[1] - other[1], 2);
}
