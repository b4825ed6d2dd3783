using System.Collections.Immutable;
using Microsoft.ML.OnnxRuntime;

namespace EdgePose.Inference;

/// <summary>
/// Makes the session of the first provider that really works. The list that ONNX Runtime gives of its providers is one of the build, not of the
/// machine: only a session that was made and has run counts.
/// </summary>
internal static class ExecutionProviders
{
    /// <summary>Tries the providers in order.</summary>
    /// <param name="model">The checked bytes of the network.</param>
    /// <param name="manifest">What it is.</param>
    /// <param name="shape">What it is opened for.</param>
    /// <param name="options">What to try.</param>
    /// <param name="progress">Told what goes on; null for silence.</param>
    /// <param name="firstRun">One real run; a provider whose run throws an <see cref="OnnxRuntimeException"/> is refused.</param>
    /// <param name="time">Clock of the progress messages.</param>
    /// <exception cref="NetworkException">No provider works.</exception>
    public static (InferenceSession Session, ProviderReport Report) Create(
        byte[] model, NetworkManifest manifest, NetworkShape shape, ExecutionOptions options, IProgress<string>? progress, Action<InferenceSession> firstRun,
        TimeProvider time)
    {
        OnnxRuntimeEnvironment.Prepare();
        var refusals = ImmutableArray.CreateBuilder<ProviderRefusal>();
        foreach (ExecutionProvider provider in options.Providers)
        {
            if (options.Failed.FirstOrDefault(refusal => refusal.Provider == provider) is { } failed)
            {
                refusals.Add(failed);
                continue;
            }

            if (GpuLibraries.WhyNot(provider, options.DeviceId) is { } why)
            {
                refusals.Add(new ProviderRefusal(provider, why));
                continue;
            }

            InferenceSession? session = null;
            try
            {
                using var building = new BuildProgress($"{manifest.Id}: preparing {provider}", progress, time);
                using SessionOptions sessionOptions = Settings(Provider.Of(provider), manifest, shape, options, progress);
                session = new InferenceSession(model, sessionOptions);
                firstRun(session);
                return (session, new ProviderReport(options.Providers, provider, refusals.ToImmutable()));
            }
            catch (EntryPointNotFoundException)
            {
                refusals.Add(new ProviderRefusal(provider, NotInBuild));
            }
            catch (EngineCacheException exception)
            {
                session?.Dispose();
                refusals.Add(new ProviderRefusal(provider, exception.Message.TrimEnd('.')));
            }
            catch (OnnxRuntimeException exception)
            {
                session?.Dispose();
                refusals.Add(new ProviderRefusal(provider, ReasonOf(exception)));
            }
            catch
            {
                session?.Dispose();
                throw;
            }
        }

        throw new NetworkException(
            $"{manifest.File}: no execution provider runs this network ({string.Join("; ", refusals.Select(refusal => $"{refusal.Provider}: {refusal.Reason}"))}); "
            + "correct what is said, or add Cpu to the providers.");
    }

    internal const string NotInBuild = "this build of ONNX Runtime does not have it; install the GPU build (-p:EdgePoseGpu=true), or leave it out of the providers";

    internal static string ReasonOf(OnnxRuntimeException exception) =>
        exception.Message.Contains("not enabled in this build", StringComparison.OrdinalIgnoreCase) ? NotInBuild : OnnxRuntimeMessage.Readable(exception.Message);

    private static SessionOptions Settings(
        Provider provider, NetworkManifest manifest, NetworkShape shape, ExecutionOptions options, IProgress<string>? progress)
    {
        var settings = new SessionOptions
        {
            GraphOptimizationLevel = GraphOptimizationLevel.ORT_ENABLE_ALL,
            ExecutionMode = ExecutionMode.ORT_SEQUENTIAL,
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR,
            IntraOpNumThreads = options.Threads > 0 ? options.Threads : Environment.ProcessorCount,
        };
        try
        {
            // Workers that spin take the cores from the decoders, which share them. Measured with v0 at 456x256 on two busy cores: spinning took 127 ms of processor time a run, not
            // spinning 88 ms. The run itself was shorter too (170 ms for 240 ms).
            settings.AddSessionConfigEntry("session.intra_op.allow_spinning", "0");
            if (!provider.IsProcessor)
            {
                // A provider that silently leaves layers to the processor would be reported as running when it does not.
                settings.AddSessionConfigEntry("session.disable_cpu_ep_fallback", "1");
            }

            provider.Append(settings, manifest, shape, options, progress);
            return settings;
        }
        catch
        {
            settings.Dispose();
            throw;
        }
    }
}
