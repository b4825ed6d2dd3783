namespace EdgePose.Daemon.Telemetry;

/// <summary>The steps of the pipeline whose time is measured.</summary>
public enum PipelineStep
{
    /// <summary>
    /// Processor time that the decoder child spent on one frame, over all of its threads: decoding, scaling, converting and sending. Not a latency: the child
    /// works on several frames at once, and beside the other steps.
    /// </summary>
    Decode,

    /// <summary>From a frame's arrival in the daemon until its batch was released.</summary>
    Wait,

    /// <summary>Letterbox and normalisation of one batch.</summary>
    Prepare,

    /// <summary>The network's run over one batch.</summary>
    Infer,

    /// <summary>Heatmaps and PAFs of one frame to poses.</summary>
    Group,

    /// <summary>Poses of one frame to tracks.</summary>
    Track,

    /// <summary>Handing the result of one frame to the observers.</summary>
    Observe,

    /// <summary>From a frame's capture (as the camera tells, else its arrival) until its poses were handed over.</summary>
    Total,
}
