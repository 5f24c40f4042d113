using System.Text.Json;
using System.Text.Json.Serialization;
using Spotify.Domain.Ports;

namespace Spotify.Search.Terms;

/// <summary>The object that says which build of the dictionary is in use.</summary>
/// <param name="Build">The name of the build. See <see cref="DictionaryObjects"/>.</param>
/// <param name="Documents">The number of documents that were counted.</param>
public sealed record DictionaryPointer(string Build, long Documents)
{
    private const string Name = DictionaryObjects.Segment + "/dictionary/current.json";

    // Longer objects are no pointers.
    private const int MaxLength = 1000;

    /// <summary>A text that differs if the documents before the build were others; null if unknown.</summary>
    public string? Fingerprint { get; init; }

    /// <summary>The time at which the build began.</summary>
    [JsonIgnore]
    public DateTimeOffset StartedAt => DictionaryObjects.StartOf(Build) ?? DateTimeOffset.MinValue;

    /// <summary>Reads the pointer.</summary>
    /// <returns>The pointer; null if there is none, or none that can be read.</returns>
    public static async Task<DictionaryPointer?> ReadAsync(IObjectStore store, CancellationToken ct)
    {
        try
        {
            await using var content = await store.OpenReadAsync(Name, new ObjectRange(0, MaxLength), ct).ConfigureAwait(false);
            var pointer = await JsonSerializer.DeserializeAsync(content, DictionaryPointerJson.Default.DictionaryPointer, ct)
                .ConfigureAwait(false);
            return pointer is not null && DictionaryObjects.StartOf(pointer.Build) is not null ? pointer : null;
        }
        catch (Exception e) when (e is FileNotFoundException or JsonException or InvalidDataException)
        {
            return null;
        }
    }

    /// <summary>Writes the pointer.</summary>
    public async Task WriteAsync(IObjectStore store, CancellationToken ct)
    {
        using var content = new MemoryStream(JsonSerializer.SerializeToUtf8Bytes(this, DictionaryPointerJson.Default.DictionaryPointer));
        await store.WriteAsync(Name, content, new WriteOptions("application/json"), ct).ConfigureAwait(false);
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(DictionaryPointer))]
internal sealed partial class DictionaryPointerJson : JsonSerializerContext;
