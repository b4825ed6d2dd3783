namespace EdgePose.Compression.Graphs;

/// <summary>The edits that every tool needs.</summary>
public sealed partial class OnnxGraph
{
    /// <summary>A tensor name that is not taken: <paramref name="wish"/>, or that with a number.</summary>
    public string NewName(string wish)
    {
        var taken = new HashSet<string>(initializers.Keys);
        taken.UnionWith(Inputs.Select(input => input.Name));
        taken.UnionWith(Nodes.SelectMany(node => node.Outputs));
        string name = wish;
        for (int i = 1; taken.Contains(name); i++)
        {
            name = $"{wish}_{i}";
        }

        return name;
    }

    /// <summary>Every node that read <paramref name="old"/> reads <paramref name="new"/>. Outputs of the graph keep their names.</summary>
    public void Redirect(string old, string @new)
    {
        foreach (OnnxNode node in Nodes)
        {
            for (int i = 0; i < node.Inputs.Count; i++)
            {
                if (node.Inputs[i] == old)
                {
                    node.Inputs[i] = @new;
                }
            }
        }
    }

    /// <summary>Puts nodes where <paramref name="old"/> was, in their order.</summary>
    public void Replace(OnnxNode old, params ReadOnlySpan<OnnxNode> nodes)
    {
        int at = Nodes.IndexOf(old);
        ArgumentOutOfRangeException.ThrowIfNegative(at, nameof(old));
        Nodes.RemoveAt(at);
        foreach (OnnxNode node in nodes)
        {
            Nodes.Insert(at++, node);
        }
    }

    /// <summary>Keeps only these outputs, in this order, and drops all that then serves nobody.</summary>
    /// <exception cref="Inference.NetworkException">There is no such output.</exception>
    public void KeepOutputs(IReadOnlyCollection<string> names)
    {
        ArgumentNullException.ThrowIfNull(names);
        OnnxValue[] kept =
        [
            .. names.Select(name => Outputs.FirstOrDefault(output => output.Name == name)
                ?? throw Fault($"output '{name}'", $"there is none of that name; there are {string.Join(", ", Outputs.Select(output => output.Name))}")),
        ];
        Outputs.Clear();
        foreach (OnnxValue output in kept)
        {
            Outputs.Add(output);
        }

        RemoveDead();
    }

    /// <summary>Drops nodes and constants that no output needs, and what the exporter said of tensors in between. Inputs stay.</summary>
    public void RemoveDead()
    {
        HashSet<string> needed = NeededBy(Outputs.Select(output => output.Name));
        Nodes = [.. Nodes.Where(node => node.Outputs.Any(needed.Contains))];
        foreach (string name in initializers.Keys.Where(name => !needed.Contains(name)).ToList())
        {
            initializers.Remove(name);
        }

        Between.Clear();
    }

    /// <summary>Names of all tensors that these are made from, themselves included.</summary>
    public HashSet<string> NeededBy(IEnumerable<string> names)
    {
        var needed = new HashSet<string>(names);
        for (int i = Nodes.Count - 1; i >= 0; i--)
        {
            if (Nodes[i].Outputs.Any(needed.Contains))
            {
                needed.UnionWith(Nodes[i].Inputs.Where(input => input.Length > 0));
            }
        }

        return needed;
    }

    /// <summary>Puts the nodes in an order in which they can run. To be called by whoever has added one at the end.</summary>
    /// <exception cref="Inference.NetworkException">They form a cycle.</exception>
    public void Sort() => Nodes = GraphOrder.Of(this);
}
