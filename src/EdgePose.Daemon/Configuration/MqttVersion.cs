namespace EdgePose.Daemon.Configuration;

/// <summary>Version of the MQTT protocol.</summary>
public enum MqttVersion
{
    /// <summary>MQTT 5: CloudEvents attributes travel as user properties.</summary>
    V5,

    /// <summary>MQTT 3.1.1: CloudEvents attributes and data stand together in the payload.</summary>
    V311,
}
