namespace EdgePose.Decoding.Tests;

public class PoseDecoderTests
{
    private static readonly Skeleton Skeleton = Skeletons.Coco18;

    private static PoseList Decode(DrawnMaps maps, DecoderOptions? options = null)
    {
        var poses = new PoseList(Skeleton, 256);
        new PoseDecoder(Skeleton, options ?? new()).Decode(maps.Heatmaps, maps.Pafs, poses);
        return poses;
    }

    private static int FoundPeople(PoseList poses, Keypoint[][] people, float toleranceCells, int leastKeypoints = 18) =>
        DrawnMaps.Found(poses, people, toleranceCells, leastKeypoints);

    [Fact]
    public void A_person_is_found_whole_and_in_place()
    {
        var maps = new DrawnMaps(32, 45);
        var person = DrawnMaps.Person(20.3f, 4.2f, 22);
        maps.Draw(person);
        var poses = Decode(maps);
        Assert.Equal(1, poses.Count);
        Assert.Equal(1, FoundPeople(poses, [person], 0.15f));
        Assert.InRange(poses[0].Score, 0.8f, 1);
    }

    [Theory]
    [InlineData(10, 17)]
    [InlineData(30, 16)]
    [InlineData(60, 12)]
    public void Everybody_in_a_noisy_crowd_is_found_once(int count, int leastKeypoints)
    {
        var (maps, people) = DrawnMaps.Crowd(count, 32, 57, 0.02f, seed: 1);
        var poses = Decode(maps);
        Assert.Equal(count, FoundPeople(poses, people, 0.6f, leastKeypoints));
        Assert.InRange(poses.Count, count, count + 1);
    }

    [Fact]
    public void Two_halves_that_a_late_limb_links_become_one_person()
    {
        // Right shoulder to ear is the last link between the head and the rest when the neck's limbs to the nose are missing.
        var maps = new DrawnMaps(32, 32);
        var person = DrawnMaps.Person(15, 3, 25);
        foreach (var (keypoint, k) in person.Select((keypoint, k) => (keypoint, k)))
        {
            maps.DrawBump(k, keypoint.X, keypoint.Y);
        }

        foreach (var limb in Skeleton.Limbs.Where(limb => (limb.From, limb.To) is not ((1, 0) or (5, 17))))
        {
            maps.DrawLimb(limb, person[limb.From], person[limb.To], (limb.From, limb.To) is (2, 16) ? 0.5f : 1);
        }

        var poses = Decode(maps);
        Assert.Equal(1, poses.Count);
        Assert.Equal(1, FoundPeople(poses, [person], 0.3f));
    }

    [Fact]
    public void Two_people_are_not_joined_where_they_share_a_kind_of_keypoint()
    {
        var maps = new DrawnMaps(32, 60);
        Keypoint[][] people = [DrawnMaps.Person(12, 3, 25), DrawnMaps.Person(32, 3, 25)];
        Array.ForEach(people, person => maps.Draw(person));
        maps.DrawLimb(Skeleton.Limbs[7], people[0][2], people[1][3]);
        var poses = Decode(maps);
        Assert.Equal(2, FoundPeople(poses, people, 0.4f, leastKeypoints: 16));
    }

    [Fact]
    public void A_person_cut_by_the_border_is_found()
    {
        var maps = new DrawnMaps(32, 20);
        var person = DrawnMaps.Person(10, 8, 40).Select(keypoint => keypoint.Y <= 31 ? keypoint : default).ToArray();
        maps.Draw(person);
        var poses = Decode(maps);
        Assert.Equal(1, poses.Count);
        Assert.Equal(person.Count(keypoint => keypoint.IsPresent), FoundKeypoints(poses[0]));
    }

    [Fact]
    public void The_best_pose_comes_first_and_a_full_list_keeps_the_best()
    {
        var maps = new DrawnMaps(32, 80);
        maps.Draw(DrawnMaps.Person(12, 3, 25), strength: 0.5f);
        maps.Draw(DrawnMaps.Person(38, 3, 25));
        maps.Draw(DrawnMaps.Person(64, 3, 25), strength: 0.7f);
        var poses = Decode(maps);
        Assert.Equal([38, 64, 12], Enumerable.Range(0, 3).Select(i => (int)MathF.Round(poses[i].Keypoints[0].X)));

        var one = new PoseList(Skeleton, capacity: 1);
        new PoseDecoder(Skeleton, new()).Decode(maps.Heatmaps, maps.Pafs, one);
        Assert.Equal(38, one[0].Keypoints[0].X, 0.5f);
    }

    [Fact]
    public void A_network_without_pafs_gives_one_person_of_the_best_peaks()
    {
        var maps = new DrawnMaps(32, 80);
        maps.Draw(DrawnMaps.Person(20, 3, 25));
        maps.Draw(DrawnMaps.Person(60, 3, 25), strength: 0.6f);
        var poses = new PoseList(Skeleton);
        new PoseDecoder(Skeleton, new()).Decode(maps.Heatmaps, new([], 0, 0, 0), poses);
        Assert.Equal(1, poses.Count);
        Assert.Equal(1, FoundPeople(poses, [DrawnMaps.Person(20, 3, 25)], 0.2f));
        Assert.InRange(poses[0].Score, 0.8f, 1);
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(0, 9)]
    [InlineData(9, 0)]
    [InlineData(1, 1)]
    [InlineData(1, 30)]
    [InlineData(30, 1)]
    [InlineData(2, 2)]
    public void Tiny_maps_do_no_harm(int height, int width)
    {
        Assert.Equal(0, Decode(new DrawnMaps(height, width)).Count);
        var full = new DrawnMaps(height, width);
        full.HeatmapValues.AsSpan().Fill(1);
        full.PafValues.AsSpan().Fill(1);
        AssertSound(Decode(full), height, width);
    }

    [Fact]
    public void Maps_that_do_not_fit_are_refused_with_the_numbers()
    {
        var decoder = new PoseDecoder(Skeleton, new());
        var poses = new PoseList(Skeleton);
        var values = new float[64 * 4];
        Assert.Contains(
            "needs 18 heatmaps, or 19 with background, but there are 17",
            Assert.Throws<ArgumentException>(() => decoder.Decode(new(values.AsSpan(0, 68), 17, 2, 2), new([], 0, 2, 2), poses)).Message);
        Assert.Contains(
            "needs 38 PAF channels",
            Assert.Throws<ArgumentException>(() => decoder.Decode(new(values.AsSpan(0, 76), 19, 2, 2), new(values.AsSpan(0, 144), 36, 2, 2), poses)).Message);
        Assert.Contains(
            "1 x 4 cells, but the heatmaps 2 x 2",
            Assert.Throws<ArgumentException>(() => decoder.Decode(new(values.AsSpan(0, 76), 19, 2, 2), new(values.AsSpan(0, 152), 38, 1, 4), poses)).Message);
        Assert.Contains(
            "coco-17",
            Assert.Throws<ArgumentException>(() => decoder.Decode(new(values.AsSpan(0, 76), 19, 2, 2), new(values.AsSpan(0, 152), 38, 2, 2), new(Skeletons.Coco17))).Message);
    }

    public static TheoryData<string> Adversaries => ["ones", "nan", "infinity", "-infinity", "chequers", "noise", "noise and nan", "huge"];

    private static DrawnMaps Adversary(string kind, int height, int width)
    {
        var random = new Random(5);
        var maps = new DrawnMaps(height, width);
        foreach (var values in new[] { maps.HeatmapValues, maps.PafValues })
        {
            for (var i = 0; i < values.Length; i++)
            {
                values[i] = kind switch
                {
                    "ones" => 1,
                    "nan" => float.NaN,
                    "infinity" => float.PositiveInfinity,
                    "-infinity" => float.NegativeInfinity,
                    "chequers" => ReferenceEquals(values, maps.PafValues) ? 0.7f : (i % width % 2 == 0 && i / width % height % 2 == 0 ? 1 : 0),
                    "noise" => random.NextSingle(),
                    "noise and nan" => random.Next(4) == 0 ? float.NaN : random.Next(9) == 0 ? float.PositiveInfinity : random.NextSingle(),
                    _ => random.NextSingle() * float.MaxValue,
                };
            }
        }

        return maps;
    }

    [Theory]
    [MemberData(nameof(Adversaries))]
    public void Broken_maps_give_sound_poses_and_the_same_twice(string kind)
    {
        var maps = Adversary(kind, 32, 57);
        var decoder = new PoseDecoder(Skeleton, new());
        var (first, second) = (new PoseList(Skeleton, 2000), new PoseList(Skeleton, 2000));
        decoder.Decode(maps.Heatmaps, maps.Pafs, first);
        decoder.Decode(maps.Heatmaps, maps.Pafs, second);
        AssertSound(first, 32, 57);
        Assert.Equal(first.Count, second.Count);
        for (var i = 0; i < first.Count; i++)
        {
            Assert.Equal(first[i].Score, second[i].Score);
            Assert.Equal(first[i].Keypoints.ToArray(), second[i].Keypoints.ToArray());
        }
    }

    [Fact]
    public void Decoding_allocates_nothing_once_it_has_seen_the_size()
    {
        var (crowd, _) = DrawnMaps.Crowd(30, 32, 57, 0.02f, seed: 3);
        var adversary = Adversary("chequers", 32, 57);
        var decoder = new PoseDecoder(Skeleton, new());
        var poses = new PoseList(Skeleton);
        var coco = new PoseList(Skeletons.Coco17);
        var mapper = new PoseMapper(Skeleton, Skeletons.Coco17);
        void DecodeBoth()
        {
            decoder.Decode(crowd.Heatmaps, crowd.Pafs, poses);
            mapper.Map(poses, coco);
            decoder.Decode(adversary.Heatmaps, adversary.Pafs, poses);
        }

        DecodeBoth();
        Assert.Equal(0, Allocated.EveryTime(() =>
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < 20; i++)
            {
                DecodeBoth();
            }

            return GC.GetAllocatedBytesForCurrentThread() - before;
        }));
    }

    private static int FoundKeypoints(Pose pose) => pose.Keypoints.ToArray().Count(keypoint => keypoint.IsPresent);

    private static void AssertSound(PoseList poses, int height, int width)
    {
        HashSet<(int, float, float)> seen = [];
        for (var i = 0; i < poses.Count; i++)
        {
            Assert.InRange(poses[i].Score, 0, 1);
            for (var k = 0; k < Skeleton.KeypointCount; k++)
            {
                var keypoint = poses[i].Keypoints[k];
                if (keypoint.IsPresent)
                {
                    Assert.InRange(keypoint.X, 0, width - 1);
                    Assert.InRange(keypoint.Y, 0, height - 1);
                    Assert.InRange(keypoint.Confidence, 0, 1);
                    Assert.True(seen.Add((k, keypoint.X, keypoint.Y)), $"Keypoint {k} at {keypoint.X}, {keypoint.Y} is in two poses.");
                }
            }
        }
    }
}
