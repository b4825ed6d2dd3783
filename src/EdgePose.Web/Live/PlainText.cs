using System.Text;
using Microsoft.AspNetCore.Http;

namespace EdgePose.Web.Live;

/// <summary>Answers with one line of text. It repeats nothing of the request, so it can carry nothing into a page.</summary>
internal static class PlainText
{
    /// <summary>Answers.</summary>
    public static Task AnswerAsync(HttpContext context, int status, string words)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "text/plain; charset=utf-8";
        return context.Response.WriteAsync(words, Encoding.UTF8, context.RequestAborted);
    }
}
