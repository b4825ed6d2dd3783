using System.Collections.Immutable;
using System.Globalization;
using EdgePose.Daemon.Settings;

namespace EdgePose.Daemon.Overload;

/// <summary>
/// Which steps are taken: one more when an overload has lasted, one fewer when there has been ease for long. Between overload and ease is a wide band in which nothing happens. A step that
/// had to be taken again at once gets more time before it is undone. Pure: fed with measurements and the time.
/// </summary>
/// <param name="config">Limits and times.</param>
/// <param name="ladder">The steps that can be taken here, in order.</param>
public sealed class OverloadPolicy(OverloadConfig config, ImmutableArray<OverloadStep> ladder)
{
    /// <summary>The share of frames of the highest priority that must be served. Below it, cameras of lower priority give up frames.</summary>
    private const double ImportantServedLimit = 0.9;

    /// <summary>A network that works less than this is at ease. Undoing a step costs at most 1 / 0.75^2 = 1.8 times the work with the default scale: it would be busy then, not overloaded.</summary>
    private const double EaseUtilisation = 0.55;

    /// <summary>Or a network that gives every camera this many times the minimum.</summary>
    private const double EaseFactor = 2;

    private const double MostPatience = 16;

    private readonly TimeSpan raiseAfter = TimeSpan.FromSeconds(config.RaiseAfterSeconds);
    private readonly TimeSpan lowerAfter = TimeSpan.FromSeconds(config.LowerAfterSeconds);
    private ImmutableArray<OverloadStep> ladder = ladder;
    private TimeSpan? pressedSince;
    private TimeSpan? easedSince;
    private TimeSpan? undoneAt;
    private double patience = 1;
    private string reason = string.Empty;

    /// <summary>The steps that are taken, in order.</summary>
    public ImmutableArray<OverloadStep> Steps { get; private set; } = [];

    /// <summary>Why the last step was taken; empty when none is.</summary>
    public string Reason => Steps.IsEmpty ? string.Empty : reason;

    /// <summary>Takes in how the device copes.</summary>
    /// <param name="load">Measured over the last seconds.</param>
    /// <param name="now">On a clock that never steps.</param>
    /// <returns>Whether <see cref="Steps"/> has changed.</returns>
    public bool Look(in Load load, TimeSpan now)
    {
        if (Pressure(load) is { } pressure)
        {
            easedSince = null;
            pressedSince ??= now;
            return now - pressedSince >= raiseAfter && TryTake(pressure, now);
        }

        pressedSince = null;
        easedSince = Steps.IsEmpty || !IsAtEase(load) ? null : easedSince ?? now;
        return now - easedSince >= patience * lowerAfter && Undo(now);
    }

    /// <summary>The last step cannot be taken here (a network with a fixed input, for example): it is left out from now on.</summary>
    public void Refuse()
    {
        ladder = ladder.Remove(Steps[^1]);
        Steps = Steps[..^1];
    }

    /// <summary>The step that was undone could not be: it is taken still, and undone later.</summary>
    public void Retake(OverloadStep step)
    {
        Steps = Steps.Add(step);
        patience = Math.Min(2 * patience, MostPatience);
    }

    /// <summary>The last change was not made: the steps are those of before.</summary>
    public void Forget(ImmutableArray<OverloadStep> before) => Steps = before;

    /// <summary>What is wrong, in words; null when nothing is, or when no step that is left would help.</summary>
    private string? Pressure(in Load load)
    {
        if (load.Heat == Heat.Hot)
        {
            return load.HottestZone;
        }

        if (load.LeastStarvedFps < config.MinInferencesPerSecond)
        {
            return string.Create(CultureInfo.InvariantCulture, $"a camera gets {load.LeastStarvedFps:0.0} inferences a second, and {config.MinInferencesPerSecond:0.0} are wanted");
        }

        if (load.OldestFrame.TotalSeconds > config.MaxFrameAgeSeconds)
        {
            return string.Create(CultureInfo.InvariantCulture, $"a frame was {load.OldestFrame.TotalSeconds:0.0} s old, and {config.MaxFrameAgeSeconds:0.0} s are allowed");
        }

        return load.ImportantServed < ImportantServedLimit && Steps.IsEmpty && ladder is [var first, ..] && OverloadMeasure.Of(first).KeepsFramesBack
            ? string.Create(CultureInfo.InvariantCulture, $"of the frames of the highest priority only {load.ImportantServed:P0} are served")
            : null;
    }

    private bool IsAtEase(in Load load)
    {
        var idle = load.Utilisation < EaseUtilisation;
        var generous = !OverloadMeasure.Of(Steps[^1]).KeepsFramesBack && load.LeastServedFps >= EaseFactor * config.MinInferencesPerSecond; // what the frames kept back would ask for, nobody knows
        return (idle || generous) && load.OldestFrame.TotalSeconds <= config.MaxFrameAgeSeconds / 2 && load.Heat == Heat.Cool;
    }

    private bool TryTake(string pressure, TimeSpan now)
    {
        pressedSince = now; // the next step has to be needed for as long again
        if (Steps.Length >= ladder.Length)
        {
            return false;
        }

        patience = now - undoneAt < patience * lowerAfter ? Math.Min(2 * patience, MostPatience) : 1;
        (Steps, reason) = (Steps.Add(ladder[Steps.Length]), pressure);
        return true;
    }

    private bool Undo(TimeSpan now)
    {
        (undoneAt, easedSince) = (now, now);
        Steps = Steps[..^1];
        return true;
    }
}
