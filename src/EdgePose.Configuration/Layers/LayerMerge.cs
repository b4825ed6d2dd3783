using System.Text.Json;
using EdgePose.Configuration.Reading;

namespace EdgePose.Configuration.Layers;

/// <summary>Merges two trees: objects merge, null removes, anything else replaces. Every value keeps its place.</summary>
internal static class LayerMerge
{
    /// <summary><paramref name="lower"/> with the values of <paramref name="upper"/>.</summary>
    public static ConfigurationNode Overlay(ConfigurationNode lower, ConfigurationNode upper)
    {
        if (upper.Kind == JsonTokenType.Null)
        {
            // Null is kept until all is merged, because it can remove a value of a template.
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

    /// <summary>The tree without removed values. A null that removed nothing stays; it is an error or a value.</summary>
    public static ConfigurationNode WithoutRemoved(ConfigurationNode node) => node.Kind != JsonTokenType.StartObject ? node : node with
    {
        Members = [.. node.Members.Where(member => !member.Value.Removes).Select(member => member with { Value = WithoutRemoved(member.Value) })],
    };
}
