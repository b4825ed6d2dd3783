namespace EdgePose.Compression.Family.Tests;

/// <summary>The recipe builds its teacher from the description that these tools build from; its own tests hold the layers to it.</summary>
public sealed class RecipeDescriptionTests
{
    [Fact]
    public void The_recipe_reads_what_model_new_describes() =>
        GeneratedFile.Hold("training/lightweight.json", DrawingJson.Write(References.Lightweight) + "\n", "References.Lightweight says", "Compression");
}
