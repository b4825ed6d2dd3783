using EdgePose.Compression.Family;
using EdgePose.Compression.Folding;
using EdgePose.Compression.Graphs;
using EdgePose.Inference;

namespace EdgePose.Compression.Import;

/// <summary>Turns a recognised checkpoint into the form that the tools and the daemon take.</summary>
public static class CheckpointImporter
{
    /// <summary>
    /// Our form: input <c>image</c> of any batch and size, BGR 0 to 255, normalised inside; outputs <c>heat_1</c>, <c>paf_1</c>, ... of every stage; biases and batch
    /// normalisation inside the convolutions.
    /// </summary>
    /// <param name="original">The checkpoint; left as it is.</param>
    /// <param name="layout">As <see cref="LayoutRecogniser"/> found it.</param>
    public static OnnxModel Import(OnnxModel original, RecognisedLayout layout)
    {
        ArgumentNullException.ThrowIfNull(original);
        ArgumentNullException.ThrowIfNull(layout);
        OnnxModel model = original.Copy();
        OnnxGraph graph = model.Graph;
        GraphConstants.Fold(graph);
        Dictionary<string, string> renamed = DropIdleCasts(graph);
        for (int i = 0; i < layout.Stages.Length; i++)
        {
            RecognisedStage stage = layout.Stages[i];
            Rename(graph, renamed.GetValueOrDefault(stage.Heatmaps, stage.Heatmaps), NetworkDrawing.OutputName(MapKind.Heatmaps, i));
            Rename(graph, renamed.GetValueOrDefault(stage.Pafs, stage.Pafs), NetworkDrawing.OutputName(MapKind.Pafs, i));
        }

        SetOutputs(graph, layout.Stages.Length);
        SetInput(graph, layout.NormalisedInside);
        ConvolutionFolder.FoldFollowers(graph);
        graph.Sort();
        return model;
    }

    /// <summary>Names of the stages: as Lightweight OpenPose's paper calls them where there are two or fewer, else by number.</summary>
    public static IReadOnlyList<NetworkExit> Exits(RecognisedLayout layout)
    {
        ArgumentNullException.ThrowIfNull(layout);
        bool light = layout.Name.StartsWith("Lightweight", StringComparison.Ordinal) && layout.Stages.Length <= 2;
        return
        [
            .. layout.Stages.Select((_, i) => new NetworkExit(
                light ? (i == 0 ? "initial" : "refinement") : $"stage{i + 1}", NetworkDrawing.OutputName(MapKind.Heatmaps, i), NetworkDrawing.OutputName(MapKind.Pafs, i))),
        ];
    }

    /// <summary>Casts of 32-bit floats to 32-bit floats, which some converters leave at the outputs.</summary>
    /// <returns>Names that went, with those that took their place.</returns>
    private static Dictionary<string, string> DropIdleCasts(OnnxGraph graph)
    {
        var renamed = new Dictionary<string, string>();
        (int height, int width) = Shapes.ShapeInference.SizeFor(graph, 256, 256);
        IReadOnlyDictionary<string, Shapes.TensorShape> shapes = Shapes.ShapeInference.ForPictures(graph, 1, height, width);
        foreach (OnnxNode cast in graph.Nodes.Where(node => node.Is("Cast") && shapes[node.Inputs[0]].Type == shapes[node.Outputs[0]].Type).ToList())
        {
            graph.Nodes.Remove(cast);
            string kept = cast.Outputs[0], source = cast.Inputs[0];
            if (new GraphLinks(graph).Maker(source) is { } maker)
            {
                maker.Outputs[maker.Outputs.IndexOf(source)] = kept;
            }

            graph.Redirect(source, kept);
            renamed[source] = kept;
        }

        return renamed;
    }

    private static void Rename(OnnxGraph graph, string old, string name)
    {
        OnnxNode maker = new GraphLinks(graph).Maker(old) ?? throw graph.Fault($"'{old}'", "nothing makes it; export the network again");
        string free = graph.NewName(name);
        if (free != name && old != name)
        {
            // A tensor of our name that is something else moves out of the way.
            Move(graph, name, free);
        }

        maker.Outputs[maker.Outputs.IndexOf(old)] = name;
        graph.Redirect(old, name);
    }

    private static void Move(OnnxGraph graph, string name, string free)
    {
        foreach (OnnxNode node in graph.Nodes.Where(node => node.Outputs.Contains(name)))
        {
            node.Outputs[node.Outputs.IndexOf(name)] = free;
        }

        if (graph.Initializers.TryGetValue(name, out OnnxTensor? tensor))
        {
            graph.RemoveInitializer(name);
            graph.Put(tensor.Renamed(free));
        }

        graph.Redirect(name, free);
    }

    private static void SetOutputs(OnnxGraph graph, int stages)
    {
        graph.Outputs.Clear();
        for (int i = 0; i < stages; i++)
        {
            graph.Outputs.Add(OnnxValue.Of(NetworkDrawing.OutputName(MapKind.Heatmaps, i), ElementType.Float, "n", 19, "h/8", "w/8"));
            graph.Outputs.Add(OnnxValue.Of(NetworkDrawing.OutputName(MapKind.Pafs, i), ElementType.Float, "n", 38, "h/8", "w/8"));
        }
    }

    private static void SetInput(OnnxGraph graph, bool normalisedInside)
    {
        string old = graph.Inputs[0].Name, read = "image";
        if (old != "image" && graph.NewName("image") != "image")
        {
            Move(graph, "image", graph.NewName("image"));
        }

        graph.Inputs[0] = OnnxValue.Of("image", ElementType.Float, "n", 3, "h", "w");
        if (!normalisedInside)
        {
            // x / 256 - 0.5: what OpenPose and Lightweight OpenPose are trained on, and do outside the network.
            read = graph.NewName("input/scale");
            string centre = graph.NewName("input/centre");
            graph.Put(OnnxTensor.Scalar(centre + "/grey", 128));
            graph.Put(OnnxTensor.Scalar(read + "/factor", 1 / 256f));
            graph.Redirect(old, read);
            graph.Nodes.Insert(0, OnnxNode.Of("Sub", centre, ["image", centre + "/grey"], centre));
            graph.Nodes.Insert(1, OnnxNode.Of("Mul", read, [centre, read + "/factor"], read));
        }
        else
        {
            graph.Redirect(old, read);
        }
    }
}
