using System.Net;

namespace Spotify.Functions.Accounts.Apps;

/// <summary>The rules of redirect URIs.</summary>
/// <seealso href="https://www.rfc-editor.org/rfc/rfc8252#section-7"/>
/// <seealso href="https://www.rfc-editor.org/rfc/rfc9700#section-4.1.3"/>
internal static class RedirectUri
{
    /// <summary>The maximum length, in characters.</summary>
    public const int MaxLength = 1024;

    // Schemes that a browser handles itself, some of them by running the rest of the URI.
    private static readonly string[] BrowserSchemes =
    [
        "about", "blob", "chrome", "data", "file", "filesystem", "ftp", "javascript", "mailto", "tel", "vbscript", "view-source",
        "ws", "wss",
    ];

    /// <summary>Returns why an app may not register a URI; null if it may.</summary>
    public static string? Problem(string uri)
    {
        if (uri.Length is 0 or > MaxLength || uri.Any(c => c is <= ' ' or > '~' or '"' or '<' or '>' or '\\' or '^' or '`'))
            return $"must have 1 to {MaxLength} characters of a URI";
        if (!Uri.TryCreate(uri, UriKind.Absolute, out var parsed)) return "is not an absolute URI";
        if (parsed.Fragment.Length > 0 || uri.Contains('#', StringComparison.Ordinal)) return "must not have a fragment";
        if (parsed.UserInfo.Length > 0) return "must not have a user name";
        return parsed.Scheme switch
        {
            "https" => null,
            "http" => IsLoopback(parsed) ? null : "must use https, or http to 127.0.0.1 or [::1]",
            var scheme => BrowserSchemes.Contains(scheme) ? $"must not use the scheme {scheme}" : null,
        };
    }

    /// <summary>
    /// Returns whether a URI is a registered one: the same string, or, for loopback addresses, the same but for the port, which an app on
    /// a computer cannot choose in advance.
    /// </summary>
    public static bool IsRegistered(IEnumerable<string> registered, string uri) =>
        registered.Contains(uri, StringComparer.Ordinal)
        || (Uri.TryCreate(uri, UriKind.Absolute, out var requested) && IsLoopback(requested)
            && registered.Any(other => IsSameButForPort(other, uri, requested)));

    private static bool IsSameButForPort(string registered, string uri, Uri requested)
    {
        if (!Uri.TryCreate(registered, UriKind.Absolute, out var parsed) || !IsLoopback(parsed)) return false;
        return WithoutPort(registered, parsed) == WithoutPort(uri, requested);
    }

    // The text, not the parsed URI, which would make different paths equal.
    private static string WithoutPort(string text, Uri parsed)
    {
        var (start, port) = ($"{parsed.Scheme}://{parsed.Host}", string.Create(null, $":{parsed.Port}"));
        if (!text.StartsWith(start, StringComparison.OrdinalIgnoreCase)) return text;
        var rest = text[start.Length..];
        return start + (rest.StartsWith(port, StringComparison.Ordinal) ? rest[port.Length..] : rest);
    }

    private static bool IsLoopback(Uri uri) =>
        uri.Scheme == "http" && IPAddress.TryParse(uri.Host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address);
}
