using System.ComponentModel;
using EdgePose.Cameras.Decoder;

namespace EdgePose.Cameras.Supervision;

/// <summary>
/// Starts a camera's decoder children, and those of a camera that went away before they are needed: to start costs half a second of processor or more, and when many
/// cameras come back together, that would be their wait. Used by the camera's thread alone.
/// </summary>
/// <param name="command">How to start a child.</param>
/// <param name="log">Takes each line that it writes to standard error.</param>
internal sealed class DecoderStart(DecoderCommand command, Action<string> log) : IDisposable
{
    private DecoderProcess? prepared;
    private bool isExpected;

    /// <summary>The camera has sent pictures, so it is worth a child that waits for it; one that never did may be an address that is wrong for ever.</summary>
    public void Expect() => isExpected = true;

    /// <summary>Starts a child that waits, if the camera is expected.</summary>
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
            // tried again, and told, when it is needed
        }
    }

    /// <summary>A child that waits for its settings: the prepared one, or a new one. It is the caller's.</summary>
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
