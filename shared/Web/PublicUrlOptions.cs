using Microsoft.Extensions.Options;

namespace Spotify.Web;

/// <summary>Where the outside world reaches the service. Slashes at the end do not count.</summary>
public sealed class PublicUrlOptions
{
    private string? publicUrl;
    private string? imagesUrl;

    /// <summary>The service's own address, scheme and host alone; null: the one each request came to.</summary>
    public string? PublicUrl
    {
        get => publicUrl;
        set => publicUrl = value?.TrimEnd('/');
    }

    /// <summary>Where <c>/images</c> is served; null: at the service's own address.</summary>
    public string? ImagesUrl
    {
        get => imagesUrl;
        set => imagesUrl = value?.TrimEnd('/');
    }
}

/// <summary>Says at start what is wrong with <see cref="PublicUrlOptions"/>.</summary>
internal sealed class PublicUrlValidator : IValidateOptions<PublicUrlOptions>
{
    public ValidateOptionsResult Validate(string? name, PublicUrlOptions options) =>
        !IsWeb(options.PublicUrl, out var url) || (url is not null && url.PathAndQuery != "/")
            ? ValidateOptionsResult.Fail($"{nameof(options.PublicUrl)}: '{options.PublicUrl}' is not scheme and host alone, such as https://music.example.")
        : !IsWeb(options.ImagesUrl, out _)
            ? ValidateOptionsResult.Fail($"{nameof(options.ImagesUrl)}: '{options.ImagesUrl}' is not the address of a site, such as https://images.example.")
            : ValidateOptionsResult.Success;

    private static bool IsWeb(string? text, out Uri? url)
    {
        url = null;
        return text is null || (Uri.TryCreate(text, UriKind.Absolute, out url) && url.Scheme is "http" or "https" && url.Fragment.Length == 0 && url.UserInfo.Length == 0 && url.Query.Length == 0);
    }
}
