namespace EdgePose.Inference;

/// <summary>The folder of TensorRT's engines cannot be used: a fault of the disk, and not of the network, which other providers can run.</summary>
public sealed class EngineCacheException : NetworkException
{
    /// <summary>Makes the exception.</summary>
    /// <param name="fault">What, where, remedy.</param>
    /// <param name="inner">What the system said.</param>
    public EngineCacheException(string fault, Exception inner)
        : base(fault, inner)
    {
    }
}
