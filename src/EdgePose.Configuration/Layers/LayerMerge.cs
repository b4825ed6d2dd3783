using System.Text.Json;
using EdgePose.Configuration.Reading;

namespace EdgePose.Configuration.Layers;

/// <summary>Lays one tree over another: objects merge, null takes away, and anything else replaces. Every value keeps its own place.</summary>
internal static class LayerMerge
{
    /// <summary><paramref name="lower"/> with what <paramref name="upper"/> says.</summary>
    public static ConfigurationNode Overlay(ConfigurationNode lower, ConfigurationNode upper)
    {
        if (upper.Kind == JsonTokenType.Null)
        {
            // Kept until all is merged: what it takes away may come from a template.
            return upper with { Removes = upper.Removes || lower.Kind != JsonTokenType.Null || lower.Removes };
        }

        if (lower.Kind != JsonTokenType.StartObject || upper.Kind != JsonTokenType.StartObject)
        {
            return upper;
        }

        var members = new List<ConfigurationNode.Member>(lower.Members);
        var index = new Dictionary<string, int>(members.Count, StringComparer.Ordinal);
        for (var i = 0; i < members.Count; i++)
        {
            index.TryAdd(members[i].Name, i);
        }

        foreach (var member in upper.Members)
        {
            if (index.TryGetValue(member.Name, out var i))
            {
                members[i] = member with { Value = Overlay(members[i].Value, member.Value) };
            }
            else
            {
                index.Add(member.Name, members.Count);
                members.Add(member);
            }
        }

        return upper with { Members = members };
    }

    /// <summary>The tree without what null took away. A null that took nothing away stays, and is an error or a value.</summary>
    public static ConfigurationNode WithoutRemoved(ConfigurationNode node) => node.Kind != JsonTokenType.StartObject ? node : node with
    {
        Members = [.. node.Members.Where(member => !member.Value.Removes).Select(member => member with { Value = WithoutRemoved(member.Value) })],
    };
}
