using EdgePose.Daemon.Settings;
using EdgePose.Web.Live;
using Microsoft.AspNetCore.Http;

namespace EdgePose.Web.Serving;

/// <summary>Answers the page's requests. The list of paths is closed: every other path is not found.</summary>
internal sealed class PageRequests(EdgePoseConfig config, Doorkeeper door, ViewerRoom viewers, Health health)
{
    /// <summary>Where Prometheus scrapes.</summary>
    public const string MetricsPath = "/metrics";

    private const string LivePath = "/live";
    private const string LoginPath = "/login";
    private const string LoginPage = "/login.html";
    private const int LongestToken = 1024;

    /// <summary>What a browser may see before it has presented the token.</summary>
    private static readonly string[] Open = [LoginPath, LoginPage, "/page.css", "/icon.svg"];

    /// <summary>No script, style or picture but the page's own, and no frame around it. Source: CSP level 3, and the OWASP list of secure headers.</summary>
    private const string ContentPolicy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

    /// <summary>Refuses what must not pass; everything else goes to <paramref name="next"/>.</summary>
    public async Task GuardAsync(HttpContext context, RequestDelegate next)
    {
        var (request, headers) = (context.Request, context.Response.Headers);
        headers.ContentSecurityPolicy = ContentPolicy;
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers.CacheControl = "no-store";
        var path = request.Path.Value ?? "/";
        if (path is "/healthz" or "/readyz")
        {
            var (well, words) = path == "/healthz" ? health.Alive() : health.Ready();
            await PlainText.AnswerAsync(context, well ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable, words).ConfigureAwait(false);
            return;
        }

        if (!door.IsFromHere(request))
        {
            await PlainText.AnswerAsync(context, StatusCodes.Status403Forbidden, "This host name or origin is not the page's.\n").ConfigureAwait(false);
            return;
        }

        var admission = Open.Contains(path, StringComparer.Ordinal) ? Admission.Granted : door.Admit(request);
        if (admission == Admission.Granted)
        {
            await next(context).ConfigureAwait(false);
        }
        else if (admission == Admission.Missing && HttpMethods.IsGet(request.Method) && path == "/")
        {
            context.Response.Redirect(LoginPage);
        }
        else
        {
            headers.WWWAuthenticate = "Bearer";
            await PlainText.AnswerAsync(context, admission == Admission.TooMany ? StatusCodes.Status429TooManyRequests : StatusCodes.Status401Unauthorized, "The token is missing or wrong.\n").ConfigureAwait(false);
        }
    }

    /// <summary>Answers a request that has passed.</summary>
    public Task AnswerAsync(HttpContext context)
    {
        var request = context.Request;
        var path = request.Path.Value ?? "/";
        if (path == LoginPath && HttpMethods.IsPost(request.Method))
        {
            return LoginAsync(context);
        }

        if (!HttpMethods.IsGet(request.Method) && !HttpMethods.IsHead(request.Method))
        {
            return PlainText.AnswerAsync(context, StatusCodes.Status405MethodNotAllowed, "This path is only read.\n");
        }

        return path == LivePath ? viewers.ServeAsync(context)
            : Assets.Find(path) is { } asset ? AssetAsync(context, asset)
            : PlainText.AnswerAsync(context, StatusCodes.Status404NotFound, "There is no such page.\n");
    }

    private async Task LoginAsync(HttpContext context)
    {
        var request = context.Request;
        if (!request.HasFormContentType || request.ContentLength is null or > LongestToken)
        {
            await PlainText.AnswerAsync(context, StatusCodes.Status400BadRequest, "Send the token as a form.\n").ConfigureAwait(false);
            return;
        }

        var form = await request.ReadFormAsync(context.RequestAborted).ConfigureAwait(false);
        var admission = door.Try(form["token"].ToString());
        if (admission != Admission.Granted)
        {
            context.Response.Redirect($"{LoginPage}#{(admission == Admission.TooMany ? "wait" : "wrong")}");
            return;
        }

        context.Response.Cookies.Append(Doorkeeper.Cookie, door.Session(), new CookieOptions
        {
            HttpOnly = true, SameSite = SameSiteMode.Strict, Secure = config.Page.CertificateFile is not null, Path = "/", IsEssential = true,
        });
        context.Response.Redirect("/");
    }

    private static async Task AssetAsync(HttpContext context, Assets.Asset asset)
    {
        context.Response.Headers.CacheControl = "no-cache";
        context.Response.Headers.ETag = asset.Tag;
        if (context.Request.Headers.IfNoneMatch == asset.Tag)
        {
            context.Response.StatusCode = StatusCodes.Status304NotModified;
            return;
        }

        context.Response.ContentType = asset.ContentType;
        context.Response.ContentLength = asset.Bytes.Length;
        if (HttpMethods.IsGet(context.Request.Method))
        {
            await context.Response.Body.WriteAsync(asset.Bytes, context.RequestAborted).ConfigureAwait(false);
        }
    }
}
