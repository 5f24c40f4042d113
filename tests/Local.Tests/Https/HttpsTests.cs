using System.Net;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.DependencyInjection;
using Spotify.Fixtures;
using Spotify.Local.Commands;
using Spotify.Local.Https;

namespace Spotify.Local.Tests.Https;

/// <summary><c>serve --certificate</c> and <c>serve --self-signed</c>.</summary>
public sealed class HttpsTests : IDisposable
{
    private readonly DirectoryInfo directory = Directory.CreateTempSubdirectory("spotify-");

    public void Dispose() => directory.Delete(recursive: true);

    [Fact]
    public async Task A_self_signed_certificate_is_for_this_machine_and_stays_after_a_restart()
    {
        var first = await ServedAsync(options => options with { SelfSigned = true });
        var second = await ServedAsync(options => options with { SelfSigned = true });
        Assert.Equal(first.RawData, second.RawData);
        foreach (var name in new[] { "localhost", "127.0.0.1", Environment.MachineName.ToLowerInvariant() })
            Assert.True(first.MatchesHostname(name), name);
        var file = Path.Combine(directory.FullName, "keys", "https.pem");
        if (!OperatingSystem.IsWindows()) Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
    }

    [Fact]
    public void A_self_signed_certificate_is_replaced_before_it_expires()
    {
        var clock = new ManualTimeProvider(TimeProvider.System.GetUtcNow());
        var certificate = new SelfSignedCertificate(new DataDirectory(directory.FullName), clock);
        var (first, fingerprint) = (certificate.Current, certificate.Fingerprint);
        Assert.Equal(Convert.ToHexString(SHA256.HashData(first.RawData)), fingerprint.Replace(":", "", StringComparison.Ordinal));
        clock.Advance(SelfSignedCertificate.Lifetime - SelfSignedCertificate.RenewedBefore - TimeSpan.FromMinutes(1));
        Assert.Same(first, certificate.Current);
        clock.Advance(TimeSpan.FromMinutes(1));
        Assert.NotEqual(fingerprint, certificate.Fingerprint);
        Assert.True(certificate.Current.NotAfter.ToUniversalTime() > clock.GetUtcNow() + SelfSignedCertificate.RenewedBefore);
        Assert.Equal(certificate.Current.RawData, new SelfSignedCertificate(new DataDirectory(directory.FullName), clock).Current.RawData);
    }

    [Fact]
    public void A_certificate_for_another_machine_is_replaced()
    {
        var data = new DataDirectory(directory.FullName);
        var (pem, _) = NewCertificate();
        data.Secret("https.pem", () => pem);
        var certificate = new SelfSignedCertificate(data, TimeProvider.System);
        Assert.True(certificate.Current.MatchesHostname("localhost"));
    }

    [Theory]
    [InlineData("certificate.pem", null)]
    [InlineData("certificate.pfx", null)]
    [InlineData("certificate.pfx", "secret")]
    public async Task A_certificate_can_be_a_file(string name, string? password)
    {
        var (pem, certificate) = NewCertificate();
        var file = Path.Combine(directory.FullName, name);
        if (name.EndsWith(".pem", StringComparison.Ordinal)) await File.WriteAllTextAsync(file, pem);
        else await File.WriteAllBytesAsync(file, certificate.Export(X509ContentType.Pfx, password));
        var served = await ServedAsync(options => options with { Certificate = file }, password);
        Assert.Equal(certificate.RawData, served.RawData);
    }

    [Theory]
    [InlineData("--urls: https needs --certificate FILE or --self-signed.", "--urls", "https://127.0.0.1:0")]
    [InlineData("--urls: the certificate needs an https address", "--self-signed")]
    [InlineData("exclude each other", "--urls", "https://127.0.0.1:0", "--self-signed", "--certificate", "x")]
    public async Task Wrong_usage_is_explained(string error, params string[] arguments)
    {
        var errors = new StringWriter();
        Assert.Equal(2, await CommandLine.RunAsync(["serve", .. arguments], TextWriter.Null, errors));
        Assert.Contains(error, errors.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, "there is no file")]
    [InlineData("x", "cannot be used")]
    public async Task A_file_that_is_no_certificate_is_a_one_line_error(string? content, string error)
    {
        var file = Path.Combine(directory.FullName, "file.pem");
        if (content is not null) await File.WriteAllTextAsync(file, content);
        var errors = new StringWriter();
        string[] arguments = ["serve", "--urls", "https://127.0.0.1:0", "--certificate", file, "--data", directory.FullName];
        Assert.Equal(1, await CommandLine.RunAsync(arguments, TextWriter.Null, errors));
        Assert.Contains(error, Assert.Single(errors.ToString().Trim().Split('\n')), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_host_reaches_itself_with_its_certificate()
    {
        await using var server = await StartAsync(options => options with { SelfSigned = true });
        var client = server.Services.GetRequiredService<ServiceClient>();
        var error = await Assert.ThrowsAsync<HttpRequestException>(() => client.PostAsync("/healthz", default, default));
        Assert.Equal(HttpStatusCode.MethodNotAllowed, error.StatusCode);
    }

    [Fact]
    public async Task Pages_need_https_off_this_machine_and_api_clients_do_not()
    {
        await using var server = await LocalServer.StartAsync();
        using var ada = await server.SignInAsync("ada");
        ada.DefaultRequestHeaders.Host = "192.0.2.7:8080";
        Assert.Equal(HttpStatusCode.OK, (await ada.GetAsync("/v1/me")).StatusCode);
        foreach (var path in new[] { "/login", "/account", "/authorize?client_id=web-player", "/invitation" })
        {
            using var response = await ada.GetAsync(path);
            Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
            Assert.False(response.Headers.Contains("Set-Cookie"));
            Assert.Contains("--self-signed", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }
    }

    private Task<LocalServer> StartAsync(Func<ServeOptions, ServeOptions> change, string? password = null) => LocalServer.StartAsync(
        data: directory.FullName,
        change: options => change(options with { Urls = "https://127.0.0.1:0", CertificatePassword = password }));

    // Returns the certificate that clients see.
    private async Task<X509Certificate2> ServedAsync(Func<ServeOptions, ServeOptions> change, string? password = null)
    {
        await using var server = await StartAsync(change, password);
        X509Certificate2? served = null;
        using var http = new HttpClient(new SocketsHttpHandler
        {
            SslOptions = new SslClientAuthenticationOptions
            {
                RemoteCertificateValidationCallback = (_, certificate, _, _) =>
                {
                    served = X509CertificateLoader.LoadCertificate(certificate!.GetRawCertData());
                    return true;
                },
            },
        });
        Assert.Equal(HttpStatusCode.OK, (await http.GetAsync(new Uri(server.Http.BaseAddress!, "/healthz"))).StatusCode);
        return served!;
    }

    private static (string Pem, X509Certificate2 Certificate) NewCertificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=music.example", key, HashAlgorithmName.SHA256);
        var now = TimeProvider.System.GetUtcNow();
        var certificate = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(90));
        return ($"{certificate.ExportCertificatePem()}\n{key.ExportPkcs8PrivateKeyPem()}\n", certificate);
    }
}
