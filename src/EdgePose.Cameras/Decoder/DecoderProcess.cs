using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.IO.Pipes;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

namespace EdgePose.Cameras.Decoder;

/// <summary>The daemon's handle on one decoder child: starts it, reads its messages, and kills it.</summary>
internal sealed class DecoderProcess : IDisposable
{
    private const int MaxTextBytes = 4096;
    private const int SignalBase = 128; // as shells count, and .NET's Process

    // A decoder process must not inherit these: systemd would take its messages for the daemon's.
    private static readonly string[] Stripped = ["NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID", "LISTEN_FDS", "LISTEN_PID"];

    private readonly Process process;
    private readonly Stream output;
    private readonly Action<string> log;

    private DecoderProcess(Process process, Action<string> log)
    {
        (this.process, this.log) = (process, log);
        output = process.StandardOutput.BaseStream;
    }

    /// <summary>The child's process id.</summary>
    public int Id => process.Id;

    /// <summary>Our end of the pipe that it writes to; null where the runtime does not show it.</summary>
    public SafeHandle? OutputHandle => (output as PipeStream)?.SafePipeHandle ?? (SafeHandle?)(output as FileStream)?.SafeFileHandle;

    /// <summary>How the process ended, in words. Waits up to a second for the end.</summary>
    public string Ending => !process.WaitForExit(TimeSpan.FromSeconds(1)) ? "it closed its output"
        : process.ExitCode > SignalBase ? string.Create(CultureInfo.InvariantCulture, $"signal {process.ExitCode - SignalBase}")
        : string.Create(CultureInfo.InvariantCulture, $"exit code {process.ExitCode}");

    /// <summary>Whether it has not ended yet.</summary>
    public bool IsAlive => !process.HasExited;

    /// <summary>Starts a child and gives it its settings.</summary>
    /// <inheritdoc cref="Prepare"/>
    public static DecoderProcess Start(DecoderCommand command, DecoderSettings settings, Action<string> log)
    {
        var child = Prepare(command, log);
        child.Begin(settings);
        return child;
    }

    /// <summary>Starts a child that makes itself ready and waits for <see cref="Begin"/>.</summary>
    /// <param name="command">What to start.</param>
    /// <param name="log">Takes each line that it, or a native library in it, writes to standard error.</param>
    /// <exception cref="Win32Exception">The program could not be started.</exception>
    public static DecoderProcess Prepare(DecoderCommand command, Action<string> log)
    {
        var start = new ProcessStartInfo(command.FileName) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        foreach (var argument in command.Arguments)
        {
            start.ArgumentList.Add(argument);
        }

        foreach (var name in Stripped)
        {
            start.Environment.Remove(name);
        }

        start.Environment["DOTNET_TieredPGO"] = "0"; // the child's own code is small; profiling it costs memory in every child
        var process = Process.Start(start)!;
        process.ErrorDataReceived += (_, line) =>
        {
            if (!string.IsNullOrWhiteSpace(line.Data))
            {
                log(line.Data);
            }
        };
        process.BeginErrorReadLine();
        return new DecoderProcess(process, log);
    }

    /// <summary>Tells the child what to decode; over its standard input, since a command line would show the password.</summary>
    public void Begin(DecoderSettings settings)
    {
        try
        {
            process.StandardInput.WriteLine(JsonSerializer.Serialize(settings, DecoderSettingsContext.Default.DecoderSettings));
            process.StandardInput.Flush();
        }
        catch (IOException)
        {
            // The process has ended; the first read reports that.
        }
    }

    /// <summary>Reads the head of the next message; blocks until it is there.</summary>
    /// <returns>False when the child has ended or was killed.</returns>
    /// <exception cref="InvalidDataException">The data does not follow the protocol.</exception>
    public bool TryRead(out DecoderMessage head)
    {
        head = default;
        if (!TryRead(MemoryMarshal.AsBytes(new Span<DecoderMessage>(ref head))))
        {
            return false;
        }

        if (!head.IsPlausible)
        {
            throw new InvalidDataException("The decoder process sent something that is not a frame");
        }

        return true;
    }

    /// <summary>Reads what follows a head.</summary>
    /// <returns>False when the child ended before all had come.</returns>
    public bool TryRead(Span<byte> destination)
    {
        while (destination.Length > 0)
        {
            var read = output.Read(destination);
            if (read == 0)
            {
                return false;
            }

            destination = destination[read..];
        }

        return true;
    }

    /// <summary>Reads the text of a fault.</summary>
    public string ReadText(int bytes)
    {
        var text = new byte[Math.Min(bytes, MaxTextBytes)];
        return TryRead(text) ? Encoding.UTF8.GetString(text) : string.Empty;
    }

    /// <summary>Kills the process, hung or not; its pipe then ends. A failure is logged, since the callers (a timer, a stop) cannot handle an exception.</summary>
    public void Kill()
    {
        try
        {
            process.Kill(entireProcessTree: true);
        }
        catch (InvalidOperationException)
        {
            // It has ended by itself.
        }
        catch (Exception fault) when (fault is AggregateException or Win32Exception)
        {
            log($"process {process.Id} could not be killed ({fault.Message}); end it by hand");
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Kill();
        process.WaitForExit(TimeSpan.FromSeconds(5));
        output.Dispose(); // Process leaves the streams that were handed out to their holder; a camera that comes and goes would use up descriptors
        try
        {
            process.StandardInput.Dispose();
        }
        catch (IOException)
        {
            // The process has ended.
        }

        process.Dispose();
    }
}
