using OpenCvSharp;

namespace EdgePose.Compression.Evaluation.Tests;

/// <summary>Frames of the bundled clip as labelled pictures: material that every checkout has.</summary>
internal static class LobbyPictures
{
    public static LabelledPictures Extract(string folder, params int[] frames)
    {
        var scenes = Scenes();
        var labels = CocoDataset.Load(Path.Combine(scenes, "lobby.json"));
        using var clip = new VideoCapture(Path.Combine(scenes, "lobby.mp4"));
        using var picture = new Mat();
        List<CocoImage> images = [];
        for (var frame = 0; frame <= frames.Max(); frame++)
        {
            Assert.True(clip.Read(picture), $"the clip ends before frame {frame}");
            if (frames.Contains(frame))
            {
                var image = labels.Images.Single(one => one.FileName == $"lobby.mp4#{frame}") with { FileName = $"{frame}.png" };
                picture.ImWrite(Path.Combine(folder, image.FileName));
                images.Add(image);
            }
        }

        return new(labels with { Images = images, Annotations = [.. labels.Annotations.Where(person => images.Exists(image => image.Id == person.ImageId))] }, folder);
    }

    private static string Scenes()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "scenes", "lobby.json")))
            {
                return Path.Combine(folder.FullName, "scenes");
            }
        }

        throw new FileNotFoundException("scenes/lobby.json is above no folder of the test assembly.");
    }
}
