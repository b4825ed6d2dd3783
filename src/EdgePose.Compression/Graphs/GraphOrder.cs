namespace EdgePose.Compression.Graphs;

/// <summary>Topological order by Kahn's method; nodes that could run at the same time keep the order of the file.</summary>
internal static class GraphOrder
{
    /// <exception cref="Inference.NetworkException">There is a cycle; one node of it is named.</exception>
    public static List<OnnxNode> Of(OnnxGraph graph)
    {
        var maker = new Dictionary<string, int>();
        for (int i = 0; i < graph.Nodes.Count; i++)
        {
            foreach (string output in graph.Nodes[i].Outputs.Where(output => output.Length > 0))
            {
                maker[output] = i;
            }
        }

        var waits = new int[graph.Nodes.Count];
        var readers = new List<int>[graph.Nodes.Count];
        for (int i = 0; i < readers.Length; i++)
        {
            readers[i] = [];
        }

        for (int i = 0; i < graph.Nodes.Count; i++)
        {
            foreach (int before in graph.Nodes[i].Inputs.Where(maker.ContainsKey).Select(input => maker[input]).Distinct())
            {
                waits[i]++;
                readers[before].Add(i);
            }
        }

        var ready = new PriorityQueue<int, int>(Enumerable.Range(0, waits.Length).Where(i => waits[i] == 0).Select(i => (i, i)));
        var order = new List<OnnxNode>(waits.Length);
        while (ready.TryDequeue(out int i, out _))
        {
            order.Add(graph.Nodes[i]);
            foreach (int reader in readers[i].Where(reader => --waits[reader] == 0))
            {
                ready.Enqueue(reader, reader);
            }
        }

        return order.Count == waits.Length
            ? order
            : throw graph.Fault(graph.Nodes[Array.FindIndex(waits, wait => wait > 0)].Place, "it waits for its own output (a cycle); export the network again");
    }
}
