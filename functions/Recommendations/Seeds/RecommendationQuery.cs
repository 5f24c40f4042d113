using System.Globalization;
using System.Reflection;
using Microsoft.AspNetCore.Http.Metadata;
using Spotify.Domain;
using Spotify.Recommendations.Seeds;
using Spotify.Recommendations.Tracks;
using Spotify.Web;
using Spotify.Web.Requests;

namespace Spotify.Functions.Recommendations.Seeds;

/// <summary>The parameters of a request for recommendations.</summary>
/// <param name="Limit">The maximum number of tracks, 1 to <see cref="MaxLimit"/>.</param>
/// <param name="Tracks">The ids of the tracks that are seeds.</param>
/// <param name="Artists">The ids of the artists that are seeds.</param>
/// <param name="Genres">The genres that are seeds, as the client writes them.</param>
/// <param name="Attributes">The limits and targets of attributes, at most one entry per attribute.</param>
internal sealed record RecommendationQuery(
    int Limit,
    IReadOnlyList<string> Tracks,
    IReadOnlyList<string> Artists,
    IReadOnlyList<string> Genres,
    IReadOnlyList<AttributeRange> Attributes) : IEndpointParameterMetadataProvider
{
    /// <summary>The largest <c>limit</c>.</summary>
    public const int MaxLimit = 100;

    /// <summary>The default <c>limit</c>.</summary>
    public const int DefaultLimit = 20;

    /// <summary>The largest number of seeds of all kinds together.</summary>
    public const int MaxSeeds = 5;

    private const int MaxGenreLength = 100;

    // The values that open-api.yml allows. Of the limits of a time signature, it bounds one only.
    private static readonly AttributeRule[] Rules =
    [
        new("acousticness", TrackAttribute.Acousticness, 0, 1),
        new("danceability", TrackAttribute.Danceability, 0, 1),
        new("duration_ms", TrackAttribute.DurationMs, int.MinValue, int.MaxValue) { IsInteger = true },
        new("energy", TrackAttribute.Energy, 0, 1),
        new("instrumentalness", TrackAttribute.Instrumentalness, 0, 1),
        new("key", TrackAttribute.Key, 0, 11) { IsInteger = true },
        new("liveness", TrackAttribute.Liveness, 0, 1),
        new("loudness", TrackAttribute.Loudness, float.MinValue, float.MaxValue),
        new("mode", TrackAttribute.Mode, 0, 1) { IsInteger = true },
        new("popularity", TrackAttribute.Popularity, 0, 100) { IsInteger = true },
        new("speechiness", TrackAttribute.Speechiness, 0, 1),
        new("tempo", TrackAttribute.Tempo, float.MinValue, float.MaxValue),
        new("time_signature", TrackAttribute.TimeSignature, int.MinValue, 11) { IsInteger = true },
        new("valence", TrackAttribute.Valence, 0, 1),
    ];

    /// <summary>Binds endpoint parameters.</summary>
    /// <exception cref="ApiException">
    /// 400: there is no seed or more than <see cref="MaxSeeds"/>, an id or a number is invalid or out of range, or a minimum is greater
    /// than its maximum.
    /// </exception>
    public static ValueTask<RecommendationQuery?> BindAsync(HttpContext context)
    {
        var query = new RecommendationQuery(
            PageRequest.LimitOf(context, MaxLimit, DefaultLimit),
            Ids(context, "seed_tracks", EntityType.Track),
            Ids(context, "seed_artists", EntityType.Artist),
            GenresOf(context),
            [.. Rules.Select(rule => rule.Read(context.Request.Query)).OfType<AttributeRange>()]);
        if (query.Tracks.Count + query.Artists.Count + query.Genres.Count is < 1 or > MaxSeeds)
        {
            throw ApiException.BadRequest(
                $"Invalid seeds: 1 to {MaxSeeds} are wanted in seed_artists, seed_genres and seed_tracks together");
        }

        return ValueTask.FromResult<RecommendationQuery?>(query);
    }

    /// <inheritdoc/>
    public static void PopulateMetadata(ParameterInfo parameter, EndpointBuilder builder)
    {
        Add("limit", typeof(int), $"The maximum number of tracks: 1 to {MaxLimit}. The default is {DefaultLimit}.");
        Add("seed_artists", typeof(string), "Ids of artists, separated by commas.");
        Add("seed_genres", typeof(string), "Genres, separated by commas.");
        Add("seed_tracks", typeof(string), "Ids of tracks, separated by commas.");
        foreach (var rule in Rules)
        {
            var type = rule.IsInteger ? typeof(int) : typeof(double);
            Add($"min_{rule.Name}", type, $"The least {rule.Name} of a track.");
            Add($"max_{rule.Name}", type, $"The greatest {rule.Name} of a track.");
            Add($"target_{rule.Name}", type, $"The preferred {rule.Name} of a track.");
        }

        void Add(string name, Type type, string description) => builder.Metadata.Add(new RequestParameter(name, type, description));
    }

    private static List<string> Entries(HttpContext context, string name) => context.Request.Query[name] is { Count: > 0 } values
        ? [.. values.SelectMany(list => (list ?? "").Split(',', StringSplitOptions.TrimEntries)).Where(entry => entry.Length > 0)
            .Distinct(StringComparer.Ordinal)]
        : [];

    private static List<string> Ids(HttpContext context, string name, EntityType type) =>
        Entries(context, name).ConvertAll(id => RequestIds.Require(id, type, name));

    private static List<string> GenresOf(HttpContext context) => Entries(context, "seed_genres").ConvertAll(genre =>
        genre.Length <= MaxGenreLength ? genre : throw ApiException.BadRequest($"Invalid seed_genres: {RequestList.Shown(genre)}"));

    private sealed record AttributeRule(string Name, TrackAttribute Attribute, float Least, float Most)
    {
        public bool IsInteger { get; init; }

        public AttributeRange? Read(IQueryCollection query)
        {
            var (min, max, target) = (Number(query, "min_"), Number(query, "max_"), Number(query, "target_"));
            if (min > max) throw ApiException.BadRequest($"Invalid min_{Name}: it is greater than max_{Name}");
            return min is null && max is null && target is null ? null : new AttributeRange(Attribute, min, max, target);
        }

        private float? Number(IQueryCollection query, string prefix)
        {
            var name = prefix + Name;
            var values = query[name];
            if (values.Count == 0) return null;
            var styles = IsInteger
                ? NumberStyles.AllowLeadingSign
                : NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;
            var valid = values.Count == 1 && float.TryParse(values[0], styles, CultureInfo.InvariantCulture, out var value)
                && float.IsFinite(value) && value >= Least && value <= Most
                    ? value
                    : (float?)null;
            return valid ?? throw ApiException.BadRequest($"Invalid {name}: {Wanted()} is wanted");
        }

        private string Wanted()
        {
            var kind = IsInteger ? "an integer" : "a number";
            return Least > int.MinValue ? string.Create(CultureInfo.InvariantCulture, $"{kind} from {Least} to {Most}")
                : Most < int.MaxValue ? string.Create(CultureInfo.InvariantCulture, $"{kind} up to {Most}")
                : kind;
        }
    }
}
