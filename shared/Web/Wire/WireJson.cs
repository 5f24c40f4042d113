using System.Text.Json;
using System.Text.Json.Serialization;

namespace Spotify.Web.Wire;

/// <summary>The JSON format of responses: snake_case; null members are omitted unless open-api.yml declares them nullable.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ErrorResponse))]
[JsonSerializable(typeof(ArtistObject))]
[JsonSerializable(typeof(AlbumObject))]
[JsonSerializable(typeof(TrackObject))]
[JsonSerializable(typeof(ShowObject))]
[JsonSerializable(typeof(EpisodeObject))]
[JsonSerializable(typeof(AudiobookObject))]
[JsonSerializable(typeof(ChapterObject))]
[JsonSerializable(typeof(PlaylistObject))]
[JsonSerializable(typeof(IReadOnlyList<ImageObject>))]
[JsonSerializable(typeof(PagingObject<ArtistObject>))]
[JsonSerializable(typeof(PagingObject<TrackObject>))]
[JsonSerializable(typeof(PagingObject<SimplifiedAlbumObject>))]
[JsonSerializable(typeof(PagingObject<SimplifiedTrackObject>))]
[JsonSerializable(typeof(PagingObject<SimplifiedShowObject>))]
[JsonSerializable(typeof(PagingObject<SimplifiedEpisodeObject>))]
[JsonSerializable(typeof(PagingObject<SimplifiedAudiobookObject>))]
[JsonSerializable(typeof(PagingObject<SimplifiedChapterObject>))]
[JsonSerializable(typeof(PagingObject<SimplifiedPlaylistObject>))]
[JsonSerializable(typeof(PagingObject<PlaylistTrackObject>))]
[JsonSerializable(typeof(AlbumList))]
[JsonSerializable(typeof(ArtistList))]
[JsonSerializable(typeof(TrackList))]
[JsonSerializable(typeof(ShowList))]
[JsonSerializable(typeof(EpisodeList))]
[JsonSerializable(typeof(AudiobookList))]
[JsonSerializable(typeof(ChapterList))]
[JsonSerializable(typeof(MarketList))]
public sealed partial class WireJson : JsonSerializerContext
{
    /// <summary>Configures the serializer of a host. Each function adds the contexts of its own objects.</summary>
    public static void Configure(JsonSerializerOptions options)
    {
        options.PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower;
        options.DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull;
        options.Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping;
        if (!options.TypeInfoResolverChain.Contains(Default)) options.TypeInfoResolverChain.Insert(0, Default);
    }
}

/// <summary>Registration of the JSON of functions.</summary>
public static class WireJsonServices
{
    /// <summary>Adds the source-generated JSON of a function's own objects. May be called more than once.</summary>
    public static IServiceCollection AddWireJson(this IServiceCollection services, JsonSerializerContext context) =>
        services.ConfigureHttpJsonOptions(options =>
        {
            var chain = options.SerializerOptions.TypeInfoResolverChain;
            if (!chain.Contains(context)) chain.Insert(0, context);
        });
}
