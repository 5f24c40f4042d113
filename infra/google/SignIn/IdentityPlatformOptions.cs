using Microsoft.Extensions.Options;
using Spotify.Hosting;

namespace Spotify.Google.SignIn;

/// <summary>The options of <see cref="IdentityPlatformSignIn"/>, section <c>SignIn</c>.</summary>
public sealed class IdentityPlatformOptions
{
    /// <summary>The name of the section.</summary>
    public const string Section = "SignIn";

    /// <summary>The project of the listeners' accounts.</summary>
    public string Project { get; set; } = "";

    /// <summary>The API key that identifies the project. Not a secret.</summary>
    public string ApiKey { get; set; } = "";

    /// <summary>Whether anyone may sign up.</summary>
    public bool OpenRegistration { get; set; }

    /// <summary>
    /// How long the state of an account is relied on: a disabled listener can renew tokens for that long. Clients renew every hour, so that
    /// an hour would cost a call of Identity Platform for almost each renewal.
    /// </summary>
    public TimeSpan CheckInterval { get; set; } = TimeSpan.FromDays(1);

    /// <summary>The address of the API.</summary>
    public string Url { get; set; } = "https://identitytoolkit.googleapis.com/v1";

    /// <summary>The URL of the keys that sign ID tokens.</summary>
    public string JwksUrl { get; set; } = "https://www.googleapis.com/service_accounts/v1/jwk/securetoken@system.gserviceaccount.com";

    /// <summary>The deadline of a call.</summary>
    public TimeSpan Deadline { get; set; } = TimeSpan.FromSeconds(10);
}

/// <summary>The validator of <see cref="IdentityPlatformOptions"/>. Reports all problems at once.</summary>
internal sealed class IdentityPlatformOptionsValidator : IValidateOptions<IdentityPlatformOptions>
{
    /// <inheritdoc/>
    public ValidateOptionsResult Validate(string? name, IdentityPlatformOptions options) =>
        OptionsProblems.ToResult(Problems(options));

    private static IEnumerable<string> Problems(IdentityPlatformOptions options)
    {
        if (options.Project.Length == 0) yield return "SignIn:Project is missing.";
        if (options.ApiKey.Length == 0) yield return "SignIn:ApiKey is missing.";
        if (!IsAddress(options.Url)) yield return $"SignIn:Url must be an address, not '{options.Url}'.";
        if (!IsAddress(options.JwksUrl)) yield return $"SignIn:JwksUrl must be an address, not '{options.JwksUrl}'.";
        if (options.CheckInterval <= TimeSpan.Zero || options.CheckInterval > TimeSpan.FromDays(7))
            yield return $"SignIn:CheckInterval must be above 0, up to a week, not {options.CheckInterval}.";
        if (options.Deadline <= TimeSpan.Zero || options.Deadline > TimeSpan.FromMinutes(1))
            yield return $"SignIn:Deadline must be above 0, up to a minute, not {options.Deadline}.";
    }

    // Requests contain passwords, so addresses must be https, except for loopback, which cannot be intercepted.
    private static bool IsAddress(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var url)
        && (url.Scheme == Uri.UriSchemeHttps || (url.Scheme == Uri.UriSchemeHttp && url.IsLoopback));
}
