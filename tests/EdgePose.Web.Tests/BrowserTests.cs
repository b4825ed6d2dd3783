using EdgePose.Cameras.Sources;

namespace EdgePose.Web.Tests;

/// <summary>The page in a real Chromium.</summary>
public sealed class BrowserTests
{
    private const string PictureColours = """
        (() => {
          const canvas = document.querySelector('canvas');
          const pixels = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data;
          const colours = new Set();
          for (let i = 0; i < pixels.length; i += 404) { colours.add(pixels[i] << 16 | pixels[i + 1] << 8 | pixels[i + 2]); }
          return colours.size;
        })()
        """;

    [Fact]
    public async Task A_newcomer_sees_skeletons_over_the_picture_states_and_events()
    {
        await using var rig = await PageRig.StartAsync(PageRig.Config());
        await using var browser = await Browser.StartAsync();
        await browser.OpenAsync(rig.Address);

        await browser.UntilAsync("document.querySelector('.state.running')");
        await browser.UntilAsync($"{PictureColours} > 200");
        await browser.UntilAsync("parseInt(document.querySelector('.people').textContent) > 0");
        await browser.UntilAsync("document.querySelectorAll('#steps tr').length >= 7");
        await browser.UntilAsync("document.querySelector('#events .track')");
        await browser.UntilAsync("document.querySelector('canvas').getAttribute('aria-label').startsWith('Camera lobby, running')");
        await ShowAsync(browser, "page-light");
    }

    [Fact]
    public async Task Without_pictures_skeletons_stand_on_an_empty_ground()
    {
        await using var rig = await PageRig.StartAsync(PageRig.Config());
        await using var browser = await Browser.StartAsync(isDark: true);
        await browser.OpenAsync(rig.Address);
        await browser.UntilAsync("document.querySelector('.state.running')");
        await browser.EvaluateAsync("document.getElementById('pictures').click()");
        await browser.UntilAsync("parseInt(document.querySelector('.people').textContent) > 0");
        await PageRig.UntilAsync(() => rig.Hub.ViewerCount == 1);
        await browser.UntilAsync($"{PictureColours} < 150");
        await ShowAsync(browser, "page-dark-skeletons");
    }

    [Fact]
    public async Task A_lost_camera_says_why_and_the_others_go_on()
    {
        var config = PageRig.Config();
        config = config with { Cameras = [.. config.Cameras, new CameraConfig { Id = "away", Address = "rtsp://127.0.0.1:9/none" }] };
        await using var rig = await PageRig.StartAsync(config);
        await using var browser = await Browser.StartAsync(390, 844);
        await browser.OpenAsync(rig.Address);
        await browser.UntilAsync("document.querySelector('[data-camera=away] .state.offline')");
        await browser.UntilAsync("document.querySelector('[data-camera=away] .message').textContent.length > 20");
        await browser.UntilAsync("document.querySelector('[data-camera=lobby] .state.running')");
        await browser.UntilAsync("document.documentElement.scrollWidth <= window.innerWidth"); // a phone scrolls down only
        await ShowAsync(browser, "page-phone");
    }

    [Fact]
    public async Task A_page_that_is_hidden_or_scrolled_away_asks_for_nothing()
    {
        await using var rig = await PageRig.StartAsync(PageRig.Config());
        await using var browser = await Browser.StartAsync();
        await browser.OpenAsync(rig.Address);
        await browser.UntilAsync("document.querySelector('.state.running')");
        await browser.UntilAsync($"{PictureColours} > 200");
        await browser.EvaluateAsync("Object.defineProperty(document, 'hidden', { value: true }); document.dispatchEvent(new Event('visibilitychange'))");
        await Task.Delay(500, TestContext.Current.CancellationToken);
        var made = rig.Hub.BytesMade;
        await rig.SeeFramesAsync((int)rig.Service.Meter.Frames + 40);
        Assert.Equal(made, rig.Hub.BytesMade);
    }

    [Fact]
    public async Task Of_sixteen_cameras_only_those_on_the_screen_are_looked_at()
    {
        await using var rig = await PageRig.StartAsync(PageRig.Config(cameras: 16));
        await using var browser = await Browser.StartAsync();
        await browser.OpenAsync(rig.Address);
        await browser.UntilAsync("document.querySelectorAll('.camera').length === 16");
        await browser.UntilAsync("document.querySelectorAll('.state.running').length === 16");
        await browser.UntilAsync("parseInt(document.querySelector('[data-camera=lobby-0] .people').textContent) > 0");
        await ShowAsync(browser, "page-sixteen");
        var drawn = await browser.EvaluateAsync("[...document.querySelectorAll('.camera')].filter(card => card.querySelector('canvas').width > 16).length");
        Assert.InRange((int)drawn!, 1, 12); // the last rows are below the view
    }

    /// <summary>Keeps a screenshot where a person wants to look at it.</summary>
    private static async Task ShowAsync(Browser browser, string name)
    {
        if (Environment.GetEnvironmentVariable("EDGEPOSE_SCREENSHOTS") is { Length: > 0 } folder)
        {
            await File.WriteAllBytesAsync(Path.Combine(folder, name + ".png"), await browser.ScreenshotAsync(), TestContext.Current.CancellationToken);
        }
    }
}
