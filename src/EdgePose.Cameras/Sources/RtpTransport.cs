namespace EdgePose.Cameras.Sources;

/// <summary>How RTP travels from the camera.</summary>
public enum RtpTransport
{
    /// <summary>Inside the RTSP connection: no packet is lost.</summary>
    Tcp,

    /// <summary>As datagrams: less delay, and lost packets are not sent again.</summary>
    Udp,
}
