using System.Diagnostics;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace EdgePose.Web.Tests;

/// <summary>A real Chromium without a window, driven by its DevTools protocol.</summary>
internal sealed class Browser : IAsyncDisposable
{
    private readonly DirectoryInfo profile = Directory.CreateTempSubdirectory("edgepose-chromium-");
    private readonly Process process;
    private readonly ClientWebSocket socket = new();
    private readonly TaskCompletionSource<int> port = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int lastId;

    private Browser(int widthPx, int heightPx)
    {
        string[] arguments =
        [
            "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run", "--hide-scrollbars", "--ignore-certificate-errors", "--remote-debugging-port=0",
            $"--user-data-dir={profile.FullName}", $"--window-size={widthPx},{heightPx}", "about:blank",
        ];
        process = Process.Start(new ProcessStartInfo("chromium", arguments) { RedirectStandardError = true, RedirectStandardOutput = true })!;
        process.ErrorDataReceived += (_, line) =>
        {
            const string start = "DevTools listening on ";
            if (line.Data is null)
            {
                port.TrySetException(new InvalidOperationException("Chromium ended without a DevTools port."));
            }
            else if (line.Data.StartsWith(start, StringComparison.Ordinal))
            {
                port.TrySetResult(new Uri(line.Data[start.Length..]).Port);
            }
        };
        process.BeginErrorReadLine();
        process.BeginOutputReadLine();
    }

    /// <summary>Starts one.</summary>
    /// <param name="widthPx">Width of its view.</param>
    /// <param name="heightPx">Height of its view.</param>
    /// <param name="isDark">Whether the person prefers dark colours.</param>
    public static async Task<Browser> StartAsync(int widthPx = 1280, int heightPx = 900, bool isDark = false)
    {
        var browser = new Browser(widthPx, heightPx);
        var port = await browser.port.Task.WaitAsync(Patience.Span);
        using var http = new HttpClient();
        var targets = JsonNode.Parse(await http.GetStringAsync($"http://127.0.0.1:{port}/json"))!.AsArray();
        var page = targets.First(target => (string?)target!["type"] == "page")!;
        await browser.socket.ConnectAsync(new Uri((string)page["webSocketDebuggerUrl"]!), CancellationToken.None);
        await browser.AskAsync("Page.enable");
        await browser.AskAsync("Runtime.enable");
        await browser.AskAsync("Emulation.setDeviceMetricsOverride", new { width = widthPx, height = heightPx, deviceScaleFactor = 1, mobile = widthPx < 600 });
        await browser.AskAsync("Emulation.setEmulatedMedia", new { features = new[] { new { name = "prefers-color-scheme", value = isDark ? "dark" : "light" } } });
        return browser;
    }

    /// <summary>Opens an address.</summary>
    public Task OpenAsync(Uri address) => AskAsync("Page.navigate", new { url = address.ToString() });

    /// <summary>The value of an expression in the page.</summary>
    public async Task<JsonNode?> EvaluateAsync(string expression)
    {
        var answer = await AskAsync("Runtime.evaluate", new { expression, awaitPromise = true, returnByValue = true });
        Assert.True(answer["exceptionDetails"] is null, answer.ToJsonString());
        return answer["result"]!["value"];
    }

    /// <summary>Waits until an expression holds.</summary>
    public async Task UntilAsync(string expression)
    {
        var limit = DateTime.UtcNow + Patience.Span;
        while ((bool?)await EvaluateAsync($"!!({expression})") != true)
        {
            Assert.True(DateTime.UtcNow < limit, $"{expression} does not hold:\n{await EvaluateAsync("document.body.innerText")}");
            await Task.Delay(100);
        }
    }

    /// <summary>A mouse's event at a place of the view.</summary>
    public Task MouseAsync(string type, double x, double y) =>
        AskAsync("Input.dispatchMouseEvent", new { type, x, y, button = type == "mouseMoved" ? "none" : "left", clickCount = 1 });

    /// <summary>Clicks at a place of the view.</summary>
    public async Task ClickAsync(double x, double y)
    {
        await MouseAsync("mouseMoved", x, y);
        await MouseAsync("mousePressed", x, y);
        await MouseAsync("mouseReleased", x, y);
    }

    /// <summary>The view as PNG.</summary>
    public async Task<byte[]> ScreenshotAsync() => Convert.FromBase64String((string)(await AskAsync("Page.captureScreenshot", new { format = "png" }))["data"]!);

    public async ValueTask DisposeAsync()
    {
        socket.Dispose();
        process.Kill(entireProcessTree: true);
        await process.WaitForExitAsync();
        process.Dispose();
        for (var i = 0; i < 50 && profile.Exists; i++)
        {
            try
            {
                profile.Delete(recursive: true);
                return;
            }
            catch (IOException)
            {
                await Task.Delay(100); // its children write until they have ended
            }
        }
    }

    private async Task<JsonNode> AskAsync(string method, object? parameters = null)
    {
        var id = ++lastId;
        var text = JsonSerializer.Serialize(new { id, method, @params = parameters ?? new { } });
        using var limit = new CancellationTokenSource(Patience.Span);
        await socket.SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, endOfMessage: true, limit.Token);
        while (true)
        {
            using var message = new MemoryStream();
            ValueWebSocketReceiveResult got;
            var buffer = new byte[64 * 1024];
            do
            {
                got = await socket.ReceiveAsync(buffer.AsMemory(), limit.Token);
                message.Write(buffer, 0, got.Count);
            }
            while (!got.EndOfMessage);
            var answer = JsonNode.Parse(message.ToArray())!;
            if ((int?)answer["id"] == id)
            {
                return answer["result"] ?? throw new InvalidOperationException(answer.ToJsonString());
            }
        }
    }
}
