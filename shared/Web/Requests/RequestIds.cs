using Spotify.Domain;

namespace Spotify.Web.Requests;

/// <summary>Validation of the ids in requests.</summary>
public static class RequestIds
{
    /// <summary>The default maximum number of ids in a request.</summary>
    public const int MaxIds = 50;

    /// <summary>Returns the entity id in a path.</summary>
    /// <exception cref="ApiException">400: the id is not 22 base62 characters.</exception>
    public static string One(string id) => SpotifyId.IsValid(id) ? id : throw ApiException.BadRequest("Invalid base62 id");

    /// <summary>Returns the user id in a path.</summary>
    /// <exception cref="ApiException">400: the id is not a valid user id.</exception>
    public static string User(string id)
    {
        // Routing decodes every escaped character except the slash.
        var name = id.Replace("%2F", "/", StringComparison.OrdinalIgnoreCase);
        return Domain.Users.User.IsValidId(name) ? name : throw ApiException.BadRequest("Invalid user id");
    }

    /// <summary>Returns the entity ids in the query parameter <c>ids</c>, which are separated by commas.</summary>
    /// <exception cref="ApiException">400: the parameter is missing, has too many ids, or has an invalid one.</exception>
    public static IReadOnlyList<string> Several(string? ids, int max = MaxIds)
    {
        var list = RequestList.Parse(ids, "ids", max);
        foreach (var id in list) Require(id, EntityType.Track, "ids");
        return list;
    }

    /// <summary>Returns an id in a list.</summary>
    /// <param name="id">The id; null if the entry is null.</param>
    /// <param name="type">The type of entity that the id belongs to. Users have ids of their own kind.</param>
    /// <param name="list">The name of the list, for the error.</param>
    /// <exception cref="ApiException">400: the id is not valid for the type.</exception>
    public static string Require(string? id, EntityType type, string list)
    {
        if (id is not null && (type == EntityType.User ? Domain.Users.User.IsValidId(id) : SpotifyId.IsValid(id))) return id;
        throw ApiException.BadRequest($"Invalid {(type == EntityType.User ? "user" : "base62")} id in {list}: {RequestList.Shown(id)}");
    }
}
