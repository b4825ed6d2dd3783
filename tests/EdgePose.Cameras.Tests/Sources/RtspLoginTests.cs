using EdgePose.Cameras.Sources;

namespace EdgePose.Cameras.Tests.Sources;

public sealed class RtspLoginTests
{
    [Fact]
    public void Digest_answers_as_in_RFC_2069_and_2617()
    {
        var login = RtspLogin.Read(["Digest realm=\"testrealm@host.com\", nonce=\"dcd98b7102dd2f0e8b11d0f600bfb0c093\", opaque=\"5ccc069c403ebaf9f0171e9517f40e41\""])!;
        // The errata of RFC 2617's example without qop, computed by its formula.
        Assert.Contains("response=\"670fd8c2df070c60b045671b8b24ff02\"", login.Answer("GET", "/dir/index.html", "Mufasa", "Circle Of Life"), StringComparison.Ordinal);
        Assert.Contains("opaque=\"5ccc069c403ebaf9f0171e9517f40e41\"", login.Answer("GET", "/dir/index.html", "Mufasa", "Circle Of Life"), StringComparison.Ordinal);
    }

    [Fact]
    public void Basic_answers_with_user_and_password_in_base_64() =>
        Assert.Equal("Basic dmlld2VyOnNlY3JldA==", RtspLogin.Read(["Basic realm=\"cam\""])!.Answer("DESCRIBE", "rtsp://h/", "viewer", "secret"));

    [Theory]
    [InlineData("Digest realm=\"c\", nonce=\"n\", algorithm=\"SHA-256\"", "SHA-256")]
    [InlineData("Digest realm=\"c\", nonce=\"n\", algorithm=MD5", "")]
    [InlineData("Digest realm=\"c\", nonce=\"n\"", "")]
    [InlineData("Basic realm=\"c\"", "")]
    public void An_algorithm_that_GStreamer_lacks_is_named(string challenge, string unknown) => Assert.Equal(unknown, RtspLogin.UnknownAlgorithms([challenge]));
}
