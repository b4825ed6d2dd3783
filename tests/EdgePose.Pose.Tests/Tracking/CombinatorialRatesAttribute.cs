using System.Reflection;
using Xunit.Sdk;
using Xunit.v3;

namespace EdgePose.Tests.Tracking;

/// <summary>Every frame rate with every pair of speeds (px/s, to the right positive), with and without the nearer person hiding the other.</summary>
public sealed class CombinatorialRatesAttribute : DataAttribute
{
    public override ValueTask<IReadOnlyCollection<ITheoryDataRow>> GetData(MethodInfo testMethod, DisposalTracker disposalTracker)
    {
        List<ITheoryDataRow> rows = [];
        foreach (double rate in (double[])[5, 15, 30])
        {
            foreach ((double speed, double other) in ((double, double)[])[(100, -100), (-100, 100), (150, -60), (60, -240), (150, 50)])
            {
                rows.Add(new TheoryDataRow<double, double, double, bool>(rate, speed, other, false));
                rows.Add(new TheoryDataRow<double, double, double, bool>(rate, speed, other, true));
            }
        }

        return ValueTask.FromResult<IReadOnlyCollection<ITheoryDataRow>>(rows);
    }

    public override bool SupportsDiscoveryEnumeration() => true;
}
