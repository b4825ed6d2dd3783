namespace EdgePose.Compression.Evaluation.Tests;

public sealed class CocoFileTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("edgepose-coco-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private const string Zeros = "0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0";

    private string FaultOf(string json)
    {
        var path = Written(json);
        return Assert.Throws<InvalidDataException>(() => CocoDataset.Load(path)).Message.Replace(path, "FILE", StringComparison.Ordinal);
    }

    private string Written(string json)
    {
        var path = Path.Combine(folder, "labels.json");
        File.WriteAllText(path, json);
        return path;
    }

    [Fact]
    public void Broken_json_is_told_by_file_place_and_remedy()
    {
        var fault = FaultOf("{\n  \"images\": [ { \"id\": 1 } ],\n  \"annotations\": [ oops ]\n}");
        Assert.StartsWith("FILE, line 3, byte 20 (annotations[0]): ", fault, StringComparison.Ordinal);
        Assert.EndsWith("the file may be cut short, so copy it again; this must be a COCO keypoint annotation file.", fault, StringComparison.Ordinal);
        Assert.DoesNotContain("EdgePose.", fault, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_cut_short_is_told() => Assert.Contains("FILE, line 1", FaultOf("""{ "images": [ { "id": 1 """), StringComparison.Ordinal);

    [Fact]
    public void What_a_picture_lacks_is_named() =>
        Assert.Contains("(images[0]): lacks 'id'", FaultOf("""{ "images": [ { "file_name": "a.jpg" } ], "annotations": [] }"""), StringComparison.Ordinal);

    [Theory]
    [InlineData("""{ "images": [ { "id": "one" } ], "annotations": [] }""", "(images[0].id): must be a whole number; number the pictures and categories where the tool wrote names")]
    [InlineData("""{ "images": [ { "id": 1.5 } ], "annotations": [] }""", "(images[0].id): must be a whole number")]
    [InlineData("""{ "images": [], "annotations": { "1": {} } }""", "(annotations): must be a list of objects")]
    [InlineData("""{ "images": [], "annotations": [ { "image_id": 1, "bbox": "0 0 9 9" } ] }""", "(annotations[0].bbox): must be four numbers: x, y, width, height")]
    [InlineData("""{ "images": [], "annotations": [ { "image_id": 1, "keypoints": [ { "x": 1 } ] } ] }""", "must be a list of numbers: x, y, v of each keypoint")]
    [InlineData("""{ "images": [], "annotations": [ { "image_id": 1, "iscrowd": "no" } ] }""", "(annotations[0].iscrowd): must be 0 or 1")]
    [InlineData("""{ "images": [], "annotations": [ { "image_id": 1, "area": "large" } ] }""", "(annotations[0].area): must be a number")]
    [InlineData("""{ "images": [], "annotations": [ 7 ] }""", "(annotations[0]): must be an object")]
    public void A_value_of_another_kind_is_told_with_its_place_and_the_kind_that_is_wanted(string json, string fault)
    {
        Assert.Contains(fault, FaultOf(json), StringComparison.Ordinal);
        Assert.DoesNotContain("cut short", FaultOf(json), StringComparison.Ordinal);
    }

    [Fact]
    public void Numbers_are_taken_as_tools_write_them()
    {
        var labels = CocoDataset.Load(Written(
            $$"""{ "images": [ { "id": "7", "width": 640.0 } ], "annotations": [ { "id": "a3", "image_id": 7.0, "category_id": "1", "iscrowd": false, "keypoints": [{{Zeros}}], "bbox": [0, 0, 9, 9] }, { "image_id": "7", "iscrowd": true, "bbox": [0, 0, 9, 9] } ] }"""));
        Assert.Equal((7, 640), (labels.Images[0].Id, labels.Images[0].Width));
        Assert.Equal([7L, 7L], labels.Annotations.Select(person => person.ImageId));
        Assert.Equal([0, 1], labels.Annotations.Select(person => person.IsCrowd));
    }

    /// <summary>Roboflow, for example, writes an empty root category of the same name, number 0.</summary>
    [Theory]
    [InlineData("""{ "id": 0, "name": "person", "supercategory": "none" }, { "id": 1, "name": "person", "keypoints": [KEYPOINTS] }""", 1)]
    [InlineData("""{ "id": 0, "name": "person", "supercategory": "none" }, { "id": 1, "name": "person" }""", 1)]
    [InlineData("""{ "id": 0, "name": "poses" }, { "id": 1, "name": "player", "keypoints": [KEYPOINTS] }""", 1)]
    [InlineData("""{ "id": 1, "name": "Person" }""", 1)]
    [InlineData("""{ "id": 3, "name": "human" }, { "id": 4, "name": "dog" }""", 3)]
    public void The_category_of_people_is_the_one_that_annotations_with_keypoints_use(string categories, int person)
    {
        var keypoints = string.Join(',', EdgePose.Skeletons.Coco17.KeypointNames.Select(name => $"\"{name.Replace('_', ' ')}\""));
        var labels = CocoDataset.Load(Written(
            $$"""{ "images": [ { "id": 1 } ], "annotations": [ { "image_id": 1, "category_id": {{person}}, "keypoints": [5,5,2{{Zeros[5..]}}], "bbox": [0, 0, 9, 9], "area": 81 } ], "categories": [ {{categories.Replace("KEYPOINTS", keypoints, StringComparison.Ordinal)}} ] }"""));
        Assert.Equal(person, labels.PersonCategory);
        Assert.Single(labels.Annotations);
    }

    [Fact]
    public void People_are_category_0_in_a_file_without_categories_that_uses_0_alone() =>
        Assert.Equal(0, CocoDataset.Load(Written("""{ "images": [ { "id": 1 } ], "annotations": [ { "image_id": 1, "category_id": 0, "bbox": [0, 0, 9, 9] } ] }""")).PersonCategory);

    [Fact]
    public void Things_of_other_categories_are_left_out() =>
        Assert.Equal([4L], CocoDataset.Load(Written(
            """{ "images": [ { "id": 1 } ], "annotations": [ { "id": 3, "image_id": 1, "category_id": 18, "bbox": [0, 0, 9, 9] }, { "id": 4, "image_id": 1, "bbox": [0, 0, 9, 9] } ], "categories": [ { "id": 1, "name": "person" }, { "id": 18, "name": "dog" } ] }"""))
            .Annotations.Select(annotation => annotation.Id));

    [Fact]
    public void Two_categories_of_people_with_keypoints_are_refused() =>
        Assert.Contains(
            "1 and 2 can both be people",
            FaultOf($$"""{ "images": [ { "id": 1 } ], "annotations": [ { "image_id": 1, "category_id": 1, "keypoints": [{{Zeros}}], "bbox": [0, 0, 9, 9] }, { "image_id": 1, "category_id": 2, "keypoints": [{{Zeros}}], "bbox": [0, 0, 9, 9] } ], "categories": [ { "id": 1, "name": "person" }, { "id": 2, "name": "person" } ] }"""),
            StringComparison.Ordinal);

    [Fact]
    public void A_person_without_a_box_has_the_extent_of_the_labelled_keypoints() =>
        Assert.Equal([5.0, 6.0, 10.0, 20.0], CocoDataset.Load(Written(
            $$"""{ "images": [ { "id": 1 } ], "annotations": [ { "image_id": 1, "keypoints": [5,26,2,15,6,1{{Zeros[11..]}}], "area": 81 } ] }""")).Annotations[0].Box);

    [Fact]
    public void A_person_with_neither_box_nor_labelled_keypoint_is_refused() =>
        Assert.Contains("annotations[0] (id 0, picture 1): has no labelled keypoint and no bbox", FaultOf("""{ "images": [ { "id": 1 } ], "annotations": [ { "image_id": 1 } ] }"""), StringComparison.Ordinal);

    [Fact]
    public void A_missing_file_is_told() =>
        Assert.Contains("cannot be read", Assert.Throws<InvalidDataException>(() => CocoDataset.Load(Path.Combine(folder, "none.json"))).Message, StringComparison.Ordinal);

    [Fact]
    public void Other_keypoints_than_cocos_are_refused() =>
        Assert.Contains(
            "'person' has 2 keypoints (head, tail)",
            FaultOf("""{ "images": [], "annotations": [], "categories": [ { "id": 1, "name": "person", "keypoints": ["head", "tail"] } ] }"""), StringComparison.Ordinal);

    [Fact]
    public void A_file_without_people_is_refused() =>
        Assert.Contains(
            "none has COCO's 17 keypoints or is called 'person', but there are 'dog'", FaultOf("""{ "images": [], "annotations": [], "categories": [ { "id": 1, "name": "dog" } ] }"""), StringComparison.Ordinal);

    [Fact]
    public void Wrong_annotations_are_named_each()
    {
        var fault = FaultOf(
            """{ "images": [ { "id": 7 } ], "annotations": [ { "id": 3, "image_id": 7, "category_id": 18, "bbox": [1, 2, 3] }, { "id": 4, "image_id": 7, "num_keypoints": 1, "keypoints": [1, 2, 2], "bbox": [1, 2, 3, 4], "area": 12 } ] }""");
        Assert.Equal(
            [
                "FILE: annotations[0] (id 3, picture 7): has category 18, but people are 1; leave other things out.",
                "FILE: annotations[0] (id 3, picture 7): has a bbox of 3 values, but it must be x, y, width, height.",
                "FILE: annotations[1] (id 4, picture 7): has 3 keypoint values, but COCO people have 51 (17 times x, y, v).",
            ],
            fault.Split(Environment.NewLine));
    }

    [Fact]
    public void What_is_null_is_told_by_file_and_annotation()
    {
        var fault = FaultOf(
            """{ "images": [ { "id": 7 } ], "annotations": [ { "id": 3, "image_id": 7, "keypoints": null, "bbox": [1, 2, 3, 4] }, { "id": 4, "image_id": 7, "bbox": null } ] }""");
        Assert.Equal(
            [
                "FILE: annotations[0] (id 3, picture 7): keypoints is null, but must be 51 values (17 times x, y, v); leave the member out where nothing is labelled.",
                "FILE: annotations[1] (id 4, picture 7): bbox is null, but must be x, y, width, height.",
            ],
            fault.Split(Environment.NewLine));
    }

    [Theory]
    [InlineData("""{ "images": null, "annotations": [] }""", "FILE: images: is null, but must be a list.")]
    [InlineData("""{ "images": [], "annotations": null }""", "FILE: annotations: is null, but must be a list.")]
    [InlineData("""{ "images": [], "annotations": [], "categories": null }""", "FILE: categories: is null, but must be a list.")]
    [InlineData("""{ "images": [], "annotations": [ null ] }""", "FILE: annotations[0]: is null; leave it out.")]
    [InlineData("""{ "images": [ { "id": 7, "file_name": null } ], "annotations": [] }""", "FILE: images[0] (id 7): file_name is null, but must be the picture's file.")]
    public void What_is_null_elsewhere_is_told_too(string json, string fault) => Assert.Equal(fault, FaultOf(json));

    [Fact]
    public void A_person_category_whose_keypoints_are_null_says_nothing_of_them() =>
        Assert.Empty(CocoDataset.Load(Written("""{ "images": [], "annotations": [], "categories": [ { "id": 1, "name": "person", "keypoints": null } ] }""")).Annotations);

    [Fact]
    public void Two_pictures_of_one_number_are_refused() =>
        Assert.Contains("2 have the id 5", FaultOf("""{ "images": [ { "id": 5 }, { "id": 5 } ], "annotations": [] }"""), StringComparison.Ordinal);

    [Fact]
    public void A_thousand_faults_are_counted_and_not_all_told()
    {
        var annotations = string.Join(',', Enumerable.Repeat("""{ "image_id": 1, "bbox": [] }""", 1000));
        var lines = FaultOf($$"""{ "images": [ { "id": 1 } ], "annotations": [ {{annotations}} ] }""").Split(Environment.NewLine);
        Assert.Equal(6, lines.Length);
        Assert.Equal("FILE: and 995 more faults of this kind.", lines[^1]);
    }

    /// <summary>OKS divides by the area: without one every distance would be endless and AP 0, as if measured.</summary>
    [Theory]
    [InlineData("")]
    [InlineData(""", "area": null""")]
    [InlineData(""", "area": 0""")]
    [InlineData(""", "area": -4.5""")]
    public void A_person_with_keypoints_but_no_area_is_refused(string area) =>
        Assert.Equal(
            "FILE: annotations[0] (id 3, picture 1): has keypoints but no area above 0, which is the scale of OKS; export the labels with the area of each person's outline or box.",
            FaultOf($$"""{ "images": [ { "id": 1 } ], "annotations": [ { "id": 3, "image_id": 1, "keypoints": [5,5,2{{Zeros[5..]}}], "bbox": [0, 0, 9, 9]{{area}} } ] }"""));

    [Fact]
    public void A_person_without_a_keypoint_list_is_a_region_to_ignore()
    {
        var labels = CocoDataset.Load(Written("""{ "images": [ { "id": 1 } ], "annotations": [ { "image_id": 1, "bbox": [0, 0, 9, 9], "area": 81 } ] }"""));
        Assert.Equal(51, labels.Annotations[0].Keypoints.Count);
        Assert.Equal(-1, new CocoKeypointEvaluator(labels).Evaluate([]).Ap);
    }

    /// <summary>All at one place, so that the area of the result, which is nothing, plays no part.</summary>
    [Theory]
    [InlineData("", 1, 1)]
    [InlineData("\"num_keypoints\": 0,", 0, -1)]
    [InlineData("\"num_keypoints\": 1,", 1, 1)]
    public void Labelled_keypoints_are_counted_where_the_file_does_not_say_how_many(string said, int labelled, double ap)
    {
        var labels = CocoDataset.Load(Written(
            $$"""{ "images": [ { "id": 1 } ], "annotations": [ { "image_id": 1, {{said}} "keypoints": [5,5,2{{Zeros[5..]}}], "bbox": [0, 0, 90, 90], "area": 8100 } ] }"""));
        Assert.Equal(labelled, labels.Annotations[0].LabelledKeypoints);
        CocoDetection found = new() { ImageId = 1, Score = 1, Keypoints = [.. Enumerable.Repeat(5.0, 51)] };
        Assert.Equal(ap, new CocoKeypointEvaluator(labels).Evaluate([found]).Ap, 9);
    }

    [Fact]
    public void Pictures_without_people_and_people_without_pictures_are_told_apart()
    {
        var labels = CocoDataset.Load(Written(
            $$"""{ "images": [ { "id": 1 }, { "id": 2 } ], "annotations": [ { "image_id": 1, "keypoints": [{{Zeros}}], "bbox": [0, 0, 9, 9] }, { "image_id": 9, "bbox": [0, 0, 9, 9] } ] }"""));
        Assert.Equal([2], labels.PicturesWithoutPeople().Select(image => image.Id));
        Assert.Equal([9], labels.PicturesThatAreNotThere());
        Assert.Equal([1], labels.Take(1).Images.Select(image => image.Id));
    }

    [Theory]
    [InlineData("""[ { "image_id": 1, "category_id": 2, "score": 1, "keypoints": [0] } ]""", "[0] (picture 1): has category 2")]
    [InlineData("""[ { "image_id": 1, "score": 1, "keypoints": [0, 1, 2] } ]""", "[0] (picture 1): has 3 keypoint values")]
    [InlineData("""[ { "image_id": 1, "keypoints": [0, 1, 2] } ]""", "lacks 'score'")]
    [InlineData("""[ { "image_id": 1, "score": 1, "keypoints": null } ]""", "[0] (picture 1): keypoints is null")]
    [InlineData("[ null ]", "[0]: is null; leave it out")]
    [InlineData("""{ "images": [] }""", "a COCO keypoint result file")]
    public void Wrong_results_are_refused(string json, string reason)
    {
        var path = Written(json);
        Assert.Contains(reason, Assert.Throws<InvalidDataException>(() => CocoDetection.Load(path)).Message, StringComparison.Ordinal);
    }

    /// <summary>Tools number people 1 as COCO does, 0, or as the labels do.</summary>
    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 0)]
    [InlineData(7, 7)]
    [InlineData(1, 7)]
    public void Results_of_either_numbering_are_taken(int number, int person)
    {
        var path = Written($$"""[ { "image_id": 1, "category_id": {{number}}, "score": 1, "keypoints": [{{Zeros}}] } ]""");
        Assert.Single(CocoDetection.Load(path, person));
    }

    [Fact]
    public void Results_of_two_categories_are_refused()
    {
        var path = Written($$"""[ { "image_id": 1, "category_id": 0, "score": 1, "keypoints": [{{Zeros}}] }, { "image_id": 1, "category_id": 1, "score": 1, "keypoints": [{{Zeros}}] } ]""");
        Assert.Contains("[1] (picture 1): has category 1, but people are 0", Assert.Throws<InvalidDataException>(() => CocoDetection.Load(path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Results_come_back_as_they_were_saved()
    {
        var path = Path.Combine(folder, "results.json");
        CocoDetection detection = new() { ImageId = 3, Keypoints = [.. Enumerable.Range(0, 51).Select(i => i / 3.0)], Score = 0.1f };
        File.WriteAllBytes(path, CocoDetection.ToJson([detection]));

        var read = Assert.Single(CocoDetection.Load(path));
        Assert.Equal(detection.Keypoints, read.Keypoints);
        Assert.Equal((detection.ImageId, detection.Score, 1), (read.ImageId, read.Score, read.CategoryId));
    }
}
