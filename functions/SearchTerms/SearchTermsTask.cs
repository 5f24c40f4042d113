using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Spotify.Domain.Ports;

namespace Spotify.Functions.SearchTerms;

/// <summary>A task of <c>search-terms</c>: to count the terms of a shard of documents, or to merge those of all shards.</summary>
/// <param name="Build">The build. See <see cref="Spotify.Search.Terms.DictionaryObjects"/>.</param>
/// <param name="Shards">The number of shards of the build.</param>
/// <param name="Shard">The shard, from 0; null for the merge.</param>
public sealed record SearchTermsTask(string Build, int Shards, int? Shard)
{
    /// <summary>The <see cref="Spotify.Search.Terms.DictionaryPointer.Fingerprint"/> of the build.</summary>
    public string? Fingerprint { get; init; }

    /// <summary>Returns the request, with a name that makes the queue skip repetitions.</summary>
    public TaskRequest ToRequest() => new(JsonSerializer.SerializeToUtf8Bytes(this, SearchTermsJson.Default.SearchTermsTask))
    {
        Name = $"{Build}-{Shard?.ToString(CultureInfo.InvariantCulture) ?? "merge"}",
    };
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectNullableAnnotations = true)]
[JsonSerializable(typeof(SearchTermsTask))]
internal sealed partial class SearchTermsJson : JsonSerializerContext;
