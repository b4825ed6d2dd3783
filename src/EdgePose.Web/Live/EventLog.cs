using Microsoft.Extensions.Logging;

namespace EdgePose.Web.Live;

/// <summary>Lets the lines of the daemon's log appear among the page's last events. Secrets are hidden in them already.</summary>
internal sealed class EventLog(RecentEvents events) : ILoggerProvider, ILogger
{
    /// <inheritdoc/>
    public ILogger CreateLogger(string categoryName) => this;

    /// <inheritdoc/>
    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    /// <inheritdoc/>
    public bool IsEnabled(LogLevel logLevel) => logLevel is >= LogLevel.Information and not LogLevel.None;

    /// <inheritdoc/>
    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        ArgumentNullException.ThrowIfNull(formatter);
        if (IsEnabled(logLevel))
        {
            events.Add(logLevel >= LogLevel.Error ? "error" : logLevel == LogLevel.Warning ? "warning" : "info", string.Empty, formatter(state, exception));
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        // holds nothing
    }
}
