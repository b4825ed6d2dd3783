namespace EdgePose.Daemon.Settings;

/// <summary>How OTLP travels.</summary>
public enum OtlpForm
{
    /// <summary>gRPC over HTTP/2; the collector's port 4317.</summary>
    Grpc,

    /// <summary>Protobuf over HTTP/1.1; the collector's port 4318, with the path of the signal.</summary>
    Http,
}
