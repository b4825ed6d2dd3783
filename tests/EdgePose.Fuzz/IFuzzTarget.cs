namespace EdgePose.Fuzz;

/// <summary>Code that takes bytes from outside, and what must hold whatever they are.</summary>
internal interface IFuzzTarget
{
    /// <summary>The folder of its corpus.</summary>
    string Name { get; }

    /// <summary>Pieces that mutations put in: what the format is made of.</summary>
    IReadOnlyList<string> Pieces { get; }

    /// <summary>The longest input that is tried, in bytes.</summary>
    int MaxBytes { get; }

    /// <summary>Processor time that a megabyte of input may cost; a shorter input may cost a fifth of it. Held in the nightly tier: it depends on the machine.</summary>
    TimeSpan LimitPerMegabyte { get; }

    /// <summary>What <see cref="WorkOf"/> counts.</summary>
    string WorkUnit => "bytes allocated";

    /// <summary>The most work that an input of so many bytes may cost, on any machine.</summary>
    long MostWork(int inputBytes) => (16L << 20) + (200L * inputBytes);

    /// <summary>The work that <see cref="Run"/> did.</summary>
    long WorkOf(object outcome, long allocatedBytes) => allocatedBytes;

    /// <summary>Mutations with the other tests; at night they go by time.</summary>
    int Rounds => 3000;

    /// <summary>Runs the code, against the clock. Whatever is thrown is a fault.</summary>
    object Run(byte[] input);

    /// <summary>Asserts what must hold of what came out; as slow as it likes.</summary>
    void Examine(byte[] input, object outcome);
}
