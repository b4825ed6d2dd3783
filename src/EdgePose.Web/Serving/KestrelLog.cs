using EdgePose.Inference;
using Microsoft.Extensions.Logging;

namespace EdgePose.Web.Serving;

/// <summary>Passes the web server's errors to the daemon's log. Its other lines report single requests, which anybody could make by the thousand.</summary>
internal sealed partial class KestrelLog(ILogger target) : ILoggerProvider, ILogger
{
    /// <inheritdoc/>
    public ILogger CreateLogger(string categoryName) => this;

    /// <inheritdoc/>
    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    /// <inheritdoc/>
    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Error;

    /// <inheritdoc/>
    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        ArgumentNullException.ThrowIfNull(formatter);
        if (IsEnabled(logLevel) && exception is not IOException)
        {
            LogFault(target, formatter(state, exception), exception);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        // the target is the daemon's
    }

    [LoggerMessage(EventId = LogEvents.PageFault, Level = LogLevel.Error, Message = "The page failed; the daemon goes on: {Fault}")]
    private static partial void LogFault(ILogger logger, string fault, Exception? exception);
}
