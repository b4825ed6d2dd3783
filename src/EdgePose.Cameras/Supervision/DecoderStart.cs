using System.ComponentModel;
using EdgePose.Cameras.Decoder;

namespace EdgePose.Cameras.Supervision;

/// <summary>
/// Starts a camera's decoder processes; for a camera that went offline it starts one ahead of time. A start costs half a second of processor or more,
/// which many cameras that come back together would wait for. Used by the camera's thread alone.
/// </summary>
/// <param name="command">How to start a child.</param>
/// <param name="log">Takes each line that it writes to standard error.</param>
internal sealed class DecoderStart(DecoderCommand command, Action<string> log) : IDisposable
{
    private DecoderProcess? prepared;
    private bool isExpected;

    /// <summary>Notes that the camera has sent pictures. Only then a process waits for it: the address of another may be wrong for good.</summary>
    public void Expect() => isExpected = true;

    /// <summary>Starts a process that waits, if the camera is expected.</summary>
    public void Prepare()
    {
        if (!isExpected || prepared is not null)
        {
            return;
        }

        try
        {
            prepared = DecoderProcess.Prepare(command, log);
        }
        catch (Win32Exception)
        {
            // tried again, and reported, when it is needed
        }
    }

    /// <summary>A process that waits for its settings: the prepared one, or a new one. The caller owns it.</summary>
    /// <exception cref="Win32Exception">The program could not be started.</exception>
    public DecoderProcess Take()
    {
        var ready = prepared;
        prepared = null;
        if (ready is { IsAlive: true })
        {
            return ready;
        }

        ready?.Dispose();
        return DecoderProcess.Prepare(command, log);
    }

    /// <inheritdoc/>
    public void Dispose() => prepared?.Dispose();
}
