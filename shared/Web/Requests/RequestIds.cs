using Spotify.Domain;

namespace Spotify.Web.Requests;

/// <summary>Ids as requests carry them.</summary>
public static class RequestIds
{
    /// <summary>The id of a path.</summary>
    /// <exception cref="ApiException">400: it does not have the form of an id.</exception>
    public static string One(string id) => SpotifyId.IsValid(id) ? id : throw ApiException.BadRequest("Invalid base62 id");

    /// <summary>The user of a path.</summary>
    /// <exception cref="ApiException">400: it does not have the form of a user's id.</exception>
    public static string User(string id)
    {
        // An escaped slash is the one character that routing leaves as it came.
        var name = id.Replace("%2F", "/", StringComparison.OrdinalIgnoreCase);
        return Domain.Users.User.IsValidId(name) ? name : throw ApiException.BadRequest("Invalid user id");
    }

    /// <summary>The ids of <c>?ids=a,b,…</c>.</summary>
    /// <exception cref="ApiException">400: there are none, too many, or one does not have the form of an id.</exception>
    public static IReadOnlyList<string> Several(string? ids, int most = 50)
    {
        if (string.IsNullOrWhiteSpace(ids)) throw ApiException.BadRequest("Missing required parameter ids");
        var list = ids.Split(',', StringSplitOptions.TrimEntries);
        if (list.Length > most) throw ApiException.BadRequest($"Too many ids requested: at most {most}");
        foreach (var id in list)
            if (!SpotifyId.IsValid(id)) throw ApiException.BadRequest($"Invalid base62 id in ids: {(id.Length > 40 ? id[..40] + "…" : id)}");
        return list;
    }
}
