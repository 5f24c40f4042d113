namespace Spotify.Local.Edge;

/// <summary>How the edge is set up.</summary>
public sealed record EdgeOptions
{
    /// <summary>
    /// Scheme and authority under which clients know the edge, such as <c>https://music.example</c>: what Cloud CDN's format signs. Null:
    /// those of each request, which is right unless a proxy stands in front.
    /// </summary>
    public string? PublicUrl { get; set; }

    /// <summary>The public URL as signatures have it, without a slash at the end; null if each request tells.</summary>
    /// <exception cref="InvalidOperationException">It is not the URL of a host.</exception>
    public string? SignedBase()
    {
        if (PublicUrl is null) return null;
        if (!Uri.TryCreate(PublicUrl, UriKind.Absolute, out var url)
            || url.Scheme is not ("http" or "https")
            || url.PathAndQuery != "/"
            || url.Fragment.Length > 0
            || url.UserInfo.Length > 0)
        {
            throw new InvalidOperationException($"{nameof(EdgeOptions)}.{nameof(PublicUrl)}: '{PublicUrl}' is not scheme and host alone, such as https://music.example.");
        }

        return PublicUrl.TrimEnd('/');
    }
}
