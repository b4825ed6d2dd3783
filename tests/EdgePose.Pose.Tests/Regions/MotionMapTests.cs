using EdgePose.Regions;

namespace EdgePose.Tests.Regions;

public sealed class MotionMapTests
{
    private readonly MotionMap map = new();
    private readonly byte[] grey = new byte[MotionMap.Columns * MotionMap.Rows];
    private int frame;

    private void Show(Func<int, int, double> level)
    {
        for (var i = 0; i < grey.Length; i++)
        {
            grey[i] = (byte)Math.Clamp(level(i % MotionMap.Columns, i / MotionMap.Columns), 0, 255);
        }

        map.Update(grey, TimeSpan.FromSeconds(frame++ / 15.0));
    }

    private static double Hall(int column, int row) => 40 + (column * 37 % 90) + (row * 53 % 60);

    [Fact]
    public void The_first_picture_is_new_as_a_whole_and_the_same_one_after_it_is_at_rest()
    {
        Show(Hall);
        Assert.True(map.IsWholeChange);
        Show(Hall);
        Assert.Equal((false, 0), (map.IsWholeChange, map.Count));
    }

    [Fact]
    public void What_moves_is_found_in_its_place_and_is_at_rest_a_second_after_it_stopped()
    {
        for (var i = 0; i < 15; i++)
        {
            Show(Hall);
        }

        double Person(int column, int row) => column is >= 20 and < 23 && row is >= 10 and < 20 ? 220 : Hall(column, row);
        Show(Person);
        Assert.False(map.IsWholeChange);
        Assert.InRange(map.Count, 20, 30);
        Assert.True(map.Moving[(15 * MotionMap.Columns) + 21]);
        for (var i = 0; i < 30; i++)
        {
            Show(Person);
        }

        Assert.Equal(0, map.Count);
    }

    [Theory]
    [InlineData(60)]
    [InlineData(-60)]
    public void Lightning_and_a_lamp_that_goes_out_are_changes_of_the_whole_picture(double levels)
    {
        for (var i = 0; i < 15; i++)
        {
            Show(Hall);
        }

        Show((column, row) => Hall(column, row) + levels);
        Assert.Equal((true, 0), (map.IsWholeChange, map.Count));
        Show((column, row) => Hall(column, row) + levels);
        Assert.Equal((false, 0), (map.IsWholeChange, map.Count));
    }

    [Fact]
    public void Infrared_and_a_moved_camera_are_changes_of_the_whole_picture()
    {
        for (var i = 0; i < 15; i++)
        {
            Show(Hall);
        }

        Show((column, row) => 255 - Hall(column, row));
        Assert.True(map.IsWholeChange);
        for (var i = 0; i < 15; i++)
        {
            Show(Hall);
        }

        Show((column, row) => Hall(column + 9, row + 5));
        Assert.True(map.IsWholeChange);
    }

    [Fact]
    public void Noise_and_a_slow_dusk_move_nothing()
    {
        var random = new Random(1);
        for (var i = 0; i < 150; i++)
        {
            var dusk = i / 10.0;
            Show((column, row) => Hall(column, row) - dusk + (random.NextDouble() * 4) - 2);
            Assert.True(i == 0 || map is { IsWholeChange: false, Count: 0 });
        }
    }

    [Fact]
    public void A_picture_of_another_size_is_refused() => Assert.Throws<ArgumentException>(() => map.Update(new byte[5], TimeSpan.Zero));
}
