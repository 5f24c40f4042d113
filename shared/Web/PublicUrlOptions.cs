using Microsoft.Extensions.Options;

namespace Spotify.Web;

/// <summary>The public URLs of the service. Trailing slashes are removed.</summary>
public sealed class PublicUrlOptions
{
    private string? publicUrl;
    private string? imagesUrl;

    /// <summary>The URL of the service, scheme and host only; null for the URL that each request was sent to.</summary>
    public string? PublicUrl
    {
        get => publicUrl;
        set => publicUrl = value?.TrimEnd('/');
    }

    /// <summary>The base URL of <c>/images</c>; null for the URL of the service.</summary>
    public string? ImagesUrl
    {
        get => imagesUrl;
        set => imagesUrl = value?.TrimEnd('/');
    }
}

/// <summary>The validator of <see cref="PublicUrlOptions"/>, called at startup.</summary>
internal sealed class PublicUrlValidator : IValidateOptions<PublicUrlOptions>
{
    public ValidateOptionsResult Validate(string? name, PublicUrlOptions options) =>
        !IsWeb(options.PublicUrl, out var url) || (url is not null && url.PathAndQuery != "/")
            ? ValidateOptionsResult.Fail(
                $"{nameof(options.PublicUrl)}: '{options.PublicUrl}' must be scheme and host only, such as https://music.example.")
        : !IsWeb(options.ImagesUrl, out _)
            ? ValidateOptionsResult.Fail(
                $"{nameof(options.ImagesUrl)}: '{options.ImagesUrl}' must be a URL without a query, such as https://images.example.")
            : ValidateOptionsResult.Success;

    private static bool IsWeb(string? text, out Uri? url)
    {
        url = null;
        if (text is null) return true;
        return Uri.TryCreate(text, UriKind.Absolute, out url)
            && url.Scheme is "http" or "https"
            && url.Fragment.Length == 0 && url.UserInfo.Length == 0 && url.Query.Length == 0;
    }
}
