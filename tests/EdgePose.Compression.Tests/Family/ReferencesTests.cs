using EdgePose.Compression.Anatomy;
using EdgePose.Compression.Graphs;
using EdgePose.Compression.Tests;

namespace EdgePose.Compression.Family.Tests;

/// <summary>The references are what their papers draw: counted, and measured through the runtime.</summary>
public class ReferencesTests
{
    [Theory]
    [InlineData("cpm", 31.4, 176)]
    [InlineData("openpose", 52.3, 135.9)]
    [InlineData("lightweight", 4.1, 8.9)]
    public void Parameters_and_macs_at_368x368_are_the_papers(string name, double megaParameters, double gigaMacs)
    {
        NetworkAnatomy anatomy = Anatomy(Build(name), name);
        Assert.Equal(megaParameters, Math.Round(anatomy.Total.Parameters / 1e6, 1));
        Assert.Equal(gigaMacs, Math.Round(anatomy.Total.Macs / 1e9, gigaMacs < 150 ? 1 : 0));
    }

    [Fact]
    public void Lightweight_openpose_costs_in_each_part_what_its_paper_says()
    {
        NetworkAnatomy anatomy = Anatomy(Build("lightweight"), "lightweight");
        // At 368x368: backbone 3.65 and "cpm" 0.56 (our features), initial 1.28, refinement 3.39.
        Assert.Equal(["features", "initial", "refinement"], anatomy.Stages.Select(stage => stage.Name));
        Assert.Equal([4.21, 1.28, 3.39], anatomy.Stages.Select(stage => Math.Round(stage.Cost.Macs / 1e9, 2)));
        Assert.Equal(7.66, Math.Round(LayerCost.Of(Build("lightweight").Graph, 256, 456).Macs / 1e9, 2));
    }

    [Fact]
    public void Cpm_sees_160_px_at_stage_1_and_400_px_at_stage_2()
    {
        NetworkAnatomy anatomy = Anatomy(Build("cpm"), "cpm");
        Assert.Equal([160, 400, 640, 880, 1120, 1360], anatomy.Stages.Select(stage => stage.Field!.Value.Vertical.SizePx));
        Assert.Equal([160, 400, 640, 880, 1120, 1360], anatomy.Stages.Select(stage => stage.Field!.Value.Horizontal.SizePx));
        Assert.All(anatomy.Stages, stage => Assert.Equal(8, stage.Field!.Value.Vertical.StepPx));
    }

    [Theory]
    [InlineData("cpm", 6)]
    [InlineData("openpose", 6)]
    [InlineData("lightweight", 2)]
    public void The_receptive_field_of_every_exit_is_measured_as_it_is_computed(string name, int exits)
    {
        OnnxModel model = NetworkBuilder.Build(References.Find(name)!.Narrowed(16), 1);
        NetworkAnatomy anatomy = Anatomy(model, name);
        StageSummary[] stages = [.. anatomy.Stages.Where(stage => stage.Outputs.Count > 0)];
        Assert.Equal(exits, stages.Length);
        foreach (StageSummary stage in stages)
        {
            long computed = stage.Field!.Value.Vertical.SizePx;
            int heightPx = (int)((computed + 128) / 8 * 8);
            foreach (string output in stage.Outputs)
            {
                Assert.Equal(computed, ReceptiveFieldProbe.MeasureRowsPx(model, output, heightPx));
            }
        }
    }

    [Fact]
    public void Random_weights_themselves_reach_no_further_than_the_field_and_as_far_as_it()
    {
        // No probe: the network with its own weights, one pixel row changed at a time. One stage, because further ones drown the edge in rounding.
        OnnxModel model = NetworkBuilder.Build(References.Cpm.Narrowed(16), 3);
        FieldAxis field = Anatomy(model, "cpm").Stages[0].Field!.Value.Vertical;
        const int HeightPx = 256, WidthPx = 64, Cell = 16;
        using var runner = new GraphRunner(model, threads: 1);
        float[] Row(int changed)
        {
            float[] picture = Networks.Picture(HeightPx, WidthPx);
            for (int plane = 0; changed >= 0 && plane < 3; plane++)
            {
                picture.AsSpan(((plane * HeightPx) + changed) * WidthPx, WidthPx).Fill(100_000);
            }

            RunOutput heat = runner.Run(picture, [1, 3, HeightPx, WidthPx], "heat_1")["heat_1"];
            return [.. Enumerable.Range(0, (int)heat.Sizes[1]).SelectMany(channel => heat.Values.Skip(((channel * HeightPx / 8) + Cell) * WidthPx / 8).Take(WidthPx / 8))];
        }

        float[] plain = Row(-1);
        int first = (int)((Cell * field.StepPx) + field.FirstPx), last = (int)((Cell * field.StepPx) + field.LastPx);
        Assert.Equal(160, last - first + 1);
        Assert.Equal(plain, Row(first - 1));
        Assert.NotEqual(plain, Row(first));
        Assert.NotEqual(plain, Row(last));
        Assert.Equal(plain, Row(last + 1));
    }

    [Theory]
    [InlineData("cpm")]
    [InlineData("openpose")]
    [InlineData("lightweight")]
    public void The_description_in_json_lists_every_convolution_with_its_channels(string name)
    {
        using var json = System.Text.Json.JsonDocument.Parse(DrawingJson.Write(References.Find(name)!));
        var found = new List<(int Kernel, int Channels)>();
        void Walk(System.Text.Json.JsonElement element)
        {
            if (element.ValueKind == System.Text.Json.JsonValueKind.Array)
            {
                foreach (System.Text.Json.JsonElement item in element.EnumerateArray())
                {
                    Walk(item);
                }
            }
            else if (element.ValueKind == System.Text.Json.JsonValueKind.Object)
            {
                if (element.TryGetProperty("channels", out System.Text.Json.JsonElement channels))
                {
                    found.Add((element.GetProperty("kernel").GetInt32(), channels.GetInt32()));
                }

                foreach (System.Text.Json.JsonProperty property in element.EnumerateObject())
                {
                    Walk(property.Value);
                }
            }
        }

        Walk(json.RootElement);
        OnnxGraph graph = Build(name).Graph;
        var built = graph.Nodes.Where(node => node.Is("Conv") && node.Int("group", 1) == 1).Select(node => graph.Initializers[node.Inputs[1]].Sizes).Select(sizes => ((int)sizes[2], (int)sizes[0]));
        Assert.Equal(built, found);
    }

    [Fact]
    public void The_same_seed_gives_the_same_bytes_and_another_seed_others()
    {
        NetworkDrawing drawing = References.Lightweight.Narrowed(8);
        Assert.Equal(NetworkBuilder.Build(drawing, 5).ToBytes(), NetworkBuilder.Build(drawing, 5).ToBytes());
        Assert.NotEqual(NetworkBuilder.Build(drawing, 5).ToBytes(), NetworkBuilder.Build(drawing, 6).ToBytes());
    }

    [Fact]
    public void Random_weights_keep_the_values_in_size_through_all_layers()
    {
        foreach (NetworkDrawing drawing in References.All)
        {
            foreach (RunOutput maps in Networks.Run(NetworkBuilder.Build(drawing.Narrowed(4), 1), 64, 64).Values)
            {
                Assert.InRange(maps.Values.Max(Math.Abs), 1e-3f, 1e3f);
            }
        }
    }

    private static OnnxModel Build(string name) => NetworkBuilder.Build(References.Find(name)!, 1);

    private static NetworkAnatomy Anatomy(OnnxModel model, string name) => NetworkAnatomy.Of(
        model.Graph, [.. ReferencePackage.Manifest(References.Find(name)!).Exits.Select(exit => new StageExit(exit.Name, exit.Pafs is null ? [exit.Heatmaps] : [exit.Heatmaps, exit.Pafs]))],
        368, 368);
}
