using EdgePose.Fault.Tests;

namespace EdgePose.Compression.Family.Tests;

/// <summary>The recipe builds its teacher from the description that these tools build from; its own tests hold the layers to it.</summary>
public sealed class RecipeDescriptionTests
{
    private const string UpdateVariable = "EDGEPOSE_UPDATE_GENERATED";

    [Fact]
    public void The_recipe_reads_what_model_new_describes()
    {
        string path = Repository.File("training", "lightweight.json"), made = DrawingJson.Write(References.Lightweight) + "\n";
        if (Environment.GetEnvironmentVariable(UpdateVariable) == "1")
        {
            File.WriteAllText(path, made);
        }

        Assert.True(
            File.Exists(path) && File.ReadAllText(path) == made,
            $"training/lightweight.json is not what References.Lightweight says: run {UpdateVariable}=1 ./test.sh Compression and commit it");
    }
}
