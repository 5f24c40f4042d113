using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Microsoft.Extensions.Logging;
using Spotify.Domain;
using Spotify.Functions.PlaylistGenerator.Listeners;
using Spotify.Functions.PlaylistGenerator.Models;
using Spotify.Functions.Playlists;
using Spotify.Functions.Search.Browse;
using Spotify.Recommendations.Prompts;
using Spotify.Recommendations.Seeds;
using Spotify.Web;
using Spotify.Web.Idempotency;
using Spotify.Web.Identity;
using Spotify.Web.Requests;
using Spotify.Web.Wire;

namespace Spotify.Functions.Recommendations.Prompts;

/// <summary>Playlists from written prompts. They are the listener's own: ordinary playlists that can be changed.</summary>
internal sealed partial class PromptedPlaylists(
    RecommenderSource recommenders,
    HistoryReader histories,
    BrowseLists lists,
    ArtistLookup artists,
    PromptTracks tracks,
    PlaylistService playlists,
    PlaylistReader reader,
    ILogger<PromptedPlaylists> logger)
{
    /// <summary>The maximum length of a prompt, in characters.</summary>
    public const int MaxPromptLength = 500;

    /// <summary>The largest number of tracks.</summary>
    public const int MaxTracks = 100;

    private const int DefaultTracks = 30;

    // The genres of a model are many, so the vocabulary of the last one is kept.
    private (string Version, PromptParser Parser)? ofModel;

    /// <summary>Creates a playlist.</summary>
    /// <returns>The playlist as JSON, with the meaning of the prompt.</returns>
    /// <exception cref="ApiException">400: the request is invalid. 403: the token does not have the scopes.</exception>
    public async Task<string> CreateAsync(
        PromptRequest request, Viewer viewer, IdempotencyKey? idempotencyKey, JsonTypeInfo<PlaylistObject> json, CancellationToken ct)
    {
        var text = Text(request.Prompt);
        var count = request.Limit ?? DefaultTracks;
        if (count is < 1 or > MaxTracks) throw ApiException.BadRequest($"Invalid limit: a number from 1 to {MaxTracks} is wanted");
        var isPublic = request.Public ?? false;
        viewer.Caller.Require(PlaylistScopes.ToModify(isPublic));

        var history = HistoryAsync(viewer.Caller.RequireUser(), ct);
        using var lease = await recommenders.TryRentAsync(ct);
        var parser = await ParserAsync(lease, ct);
        var named = await artists.FindAsync(parser.ArtistNames(text), viewer.Market, ct);
        var prompt = parser.Parse(text, named.Keys.ToHashSet(StringComparer.Ordinal), viewer.Now.Year);
        var chosen = await tracks.ChooseAsync(prompt, named, await history, lease, count, viewer, ct);

        var details = new PlaylistDetails(
            request.Name ?? Cut(text, PlaylistService.MaxNameLength), isPublic, false,
            Cut($"Made from the prompt: {text}", PlaylistService.MaxDescriptionLength));
        var uris = chosen.Select(id => new SpotifyUri(EntityType.Track, SpotifyId.Format(id))).ToList();
        var created = JsonSerializer.Deserialize(
            await playlists.CreateAsync(
                details, uris, viewer, idempotencyKey,
                playlist => JsonSerializer.Serialize(
                    new Created(playlist.Id, PromptObject.Of(text, prompt)), PromptJson.Default.Created),
                ct),
            PromptJson.Default.Created)!;

        // A token that may create a playlist may read it in the response, although it may not read other private ones.
        var owner = viewer with { Caller = viewer.Caller with { Scopes = viewer.Caller.Scopes | Scopes.PlaylistReadPrivate } };
        var node = JsonSerializer.SerializeToNode(await reader.PlaylistAsync(created.Id, episodes: false, owner, ct), json)!;
        node["prompt"] = JsonSerializer.SerializeToNode(created.Prompt, PromptJson.Default.PromptObject);
        return node.ToJsonString(json.Options);
    }

    private static string Text(string? prompt)
    {
        if (string.IsNullOrWhiteSpace(prompt)) throw ApiException.BadRequest("Missing required field: prompt");
        if (prompt.Length > MaxPromptLength) throw ApiException.BadRequest($"Invalid prompt: at most {MaxPromptLength} characters");
        var plain = string.Join(' ', prompt.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        return plain.Any(char.IsControl) ? throw ApiException.BadRequest("Invalid prompt: control characters are not allowed") : plain;
    }

    private static string Cut(string text, int length)
    {
        if (text.Length <= length) return text;
        var end = char.IsHighSurrogate(text[length - 2]) ? length - 2 : length - 1;
        return text[..end] + "…";
    }

    private async Task<ListenerHistory?> HistoryAsync(string userId, CancellationToken ct)
    {
        try
        {
            return (await histories.ReadAsync([userId], ct)).FirstOrDefault();
        }
        catch (Exception e) when (!ct.IsCancellationRequested)
        {
            LogWithoutTaste(e);
            return null;
        }
    }

    private async Task<PromptParser> ParserAsync(RecommenderLease? lease, CancellationToken ct)
    {
        if (lease is null) return new PromptParser(new GenreNames(await lists.GenresAsync(ct)));
        if (ofModel is var (version, known) && version == lease.Version) return known;
        var genres = lease.Model.Tracks;
        var names = Enumerable.Range(0, genres.GenreCount)
            .OrderByDescending(genre => genres.GenreTracks(genre).Length).Select(genres.GenreName);
        var parser = new PromptParser(new GenreNames(names));
        ofModel = (lease.Version, parser);
        return parser;
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "A prompted playlist is made without the taste of the listener.")]
    private partial void LogWithoutTaste(Exception cause);

    /// <summary>The stored response to a request: short, because a playlist with its tracks is large.</summary>
    internal sealed record Created(string Id, PromptObject Prompt);
}
