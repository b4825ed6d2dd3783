namespace EdgePose.Compression.Quantisation.Tests;

public class QuantisedRangeTests
{
    [Theory]
    [InlineData(0, 2.55, 0.01f, 0)]
    [InlineData(-1, 1.55, 0.01f, 100)]
    [InlineData(1, 2.55, 0.01f, 0)]
    [InlineData(-2.55, -1, 0.01f, 255)]
    [InlineData(0, 0, 1f, 0)]
    public void On_a_processor_the_numbers_are_unsigned_and_zero_is_one_of_them(double min, double max, float scale, int zero)
    {
        QuantisedRange range = QuantisedRange.Of(min, max, QuantisationTarget.Cpu);
        Assert.Equal((scale, zero, false), (MathF.Round(range.Scale, 6), range.ZeroPoint, range.Signed));
    }

    [Fact]
    public void For_TensorRT_they_are_signed_and_symmetric()
    {
        QuantisedRange range = QuantisedRange.Of(-1.27, 0.5, QuantisationTarget.TensorRt);
        Assert.Equal((0.01f, 0, true), (MathF.Round(range.Scale, 6), range.ZeroPoint, range.Signed));
    }
}
