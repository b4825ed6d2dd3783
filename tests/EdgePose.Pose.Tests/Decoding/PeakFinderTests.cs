namespace EdgePose.Decoding.Tests;

public class PeakFinderTests
{
    private static Peak[] Find(float[] map, int width, DecoderOptions? options = null)
    {
        options ??= new() { PeakThreshold = 0.1f };
        var peaks = new Peak[options.MaxPeaksPerKeypoint];
        var count = new PeakFinder(options).Find(map, width == 0 ? 0 : map.Length / width, width, peaks);
        return peaks[..count];
    }

    [Fact]
    public void Peaks_come_strongest_first_not_in_the_order_of_their_place()
    {
        var map = new float[5 * 20];
        (map[22], map[30], map[77]) = (0.3f, 0.9f, 0.6f);
        Assert.Equal([0.9f, 0.6f, 0.3f], Find(map, 20).Select(peak => peak.Score));
    }

    [Fact]
    public void Equal_peaks_come_in_raster_order()
    {
        var map = new float[5 * 20];
        (map[77], map[22], map[30]) = (0.5f, 0.5f, 0.5f);
        Assert.Equal([2f, 10f, 17f], Find(map, 20).Select(peak => peak.XCells));
    }

    [Theory]
    [InlineData(2, 1)]
    [InlineData(1, 2)]
    [InlineData(2, 2)]
    [InlineData(3, 3)]
    public void A_peak_on_a_flat_top_is_found_once(int wide, int high)
    {
        var map = new float[9 * 12];
        for (var y = 0; y < high; y++)
        {
            map.AsSpan(((3 + y) * 12) + 4, wide).Fill(0.75f);
        }

        var peak = Assert.Single(Find(map, 12));
        Assert.InRange(peak.XCells, 4, 4 + wide - 1);
        Assert.InRange(peak.YCells, 3, 3 + high - 1);
    }

    [Fact]
    public void A_map_of_ones_has_one_peak()
    {
        var map = new float[32 * 57];
        map.AsSpan().Fill(1);
        Assert.Single(Find(map, 57));
    }

    [Fact]
    public void The_cap_keeps_the_strongest_wherever_they_lie()
    {
        var map = new float[40 * 40];
        for (var i = 0; i < 400; i++)
        {
            map[(i / 20 * 80) + (i % 20 * 2)] = 0.2f + (i * 0.001f);
        }

        var peaks = Find(map, 40, new() { PeakThreshold = 0.1f, MaxPeaksPerKeypoint = 8 });
        Assert.Equal(Enumerable.Range(0, 8).Select(i => 0.2f + ((399 - i) * 0.001f)), peaks.Select(peak => peak.Score));
    }

    [Theory]
    [InlineData(4.0f, 5.0f)]
    [InlineData(4.3f, 5.2f)]
    [InlineData(3.6f, 4.75f)]
    [InlineData(10.49f, 6.51f)]
    public void A_peak_between_cells_is_placed_within_a_tenth_of_a_cell(float x, float y)
    {
        var maps = new DrawnMaps(12, 15);
        maps.DrawBump(0, x, y);
        var peak = Assert.Single(Find([.. maps.Heatmaps.Channel(0)], 15));
        Assert.InRange(peak.XCells, x - 0.1f, x + 0.1f);
        Assert.InRange(peak.YCells, y - 0.1f, y + 0.1f);
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(14, 0)]
    [InlineData(0, 11)]
    [InlineData(14, 11)]
    [InlineData(7, 0)]
    [InlineData(14, 5)]
    public void A_peak_at_the_border_is_found_and_stays_inside(float x, float y)
    {
        var maps = new DrawnMaps(12, 15);
        maps.DrawBump(0, x, y);
        var peak = Assert.Single(Find([.. maps.Heatmaps.Channel(0)], 15));
        Assert.InRange(peak.XCells, Math.Max(x - 0.5f, 0), Math.Min(x + 0.5f, 14));
        Assert.InRange(peak.YCells, Math.Max(y - 0.5f, 0), Math.Min(y + 0.5f, 11));
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 1)]
    [InlineData(1, 40)]
    [InlineData(40, 1)]
    [InlineData(3, 7)]
    [InlineData(3, 8)]
    [InlineData(3, 9)]
    public void A_map_of_any_size_is_searched_to_its_last_cell(int height, int width)
    {
        for (var at = 0; at < height * width; at++)
        {
            var map = new float[height * width];
            map[at] = 0.5f;
            var peak = Assert.Single(Find(map, width));
            Assert.Equal((at % width, at / width), (peak.XCells, peak.YCells));
        }

        Assert.Empty(Find(new float[height * width], width));
    }

    [Fact]
    public void A_fast_scan_finds_what_a_plain_one_finds()
    {
        var random = new Random(7);
        for (var round = 0; round < 200; round++)
        {
            var (height, width) = (random.Next(1, 20), random.Next(1, 40));
            var map = new float[height * width];
            foreach (ref var value in map.AsSpan())
            {
                value = random.Next(0, 6) * 0.1f; // coarse, so that ties are everywhere
            }

            var expected = Enumerable.Range(0, map.Length).Where(at => IsPeak(map, height, width, at)).OrderByDescending(at => map[at]).ToArray();
            var peaks = Find(map, width, new() { PeakThreshold = 0.15f, MaxPeaksPerKeypoint = 1024 });
            Assert.Equal(expected.Select(at => map[at]), peaks.Select(peak => peak.Score));
            Assert.Equal(expected, peaks.Select((peak, i) => Math.Abs(peak.XCells - (expected[i] % width)) <= 0.5f ? expected[i] : -1));
        }
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    [InlineData(float.NegativeInfinity)]
    public void A_peak_beside_a_broken_value_has_a_finite_place_and_score(float broken)
    {
        var map = new float[6 * 10];
        (map[23], map[24], map[34]) = (0.5f, broken, broken);
        var peaks = Find(map, 10);
        Assert.NotEmpty(peaks);
        Assert.All(peaks, peak => Assert.True(float.IsFinite(peak.XCells) && float.IsFinite(peak.YCells) && peak.Score is > 0 and <= 1));
    }

    private static bool IsPeak(float[] map, int height, int width, int at)
    {
        for (var y = Math.Max(at / width, 1) - 1; y <= Math.Min((at / width) + 1, height - 1); y++)
        {
            for (var x = Math.Max(at % width, 1) - 1; x <= Math.Min((at % width) + 1, width - 1); x++)
            {
                var other = (y * width) + x;
                if (map[other] > map[at] || (map[other] == map[at] && other < at))
                {
                    return false;
                }
            }
        }

        return map[at] > 0.15f;
    }
}
