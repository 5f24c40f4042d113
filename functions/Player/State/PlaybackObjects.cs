using System.Text.Json.Serialization;
using Spotify.Functions.Player.Devices;
using Spotify.Web.Wire;

namespace Spotify.Functions.Player.State;

/// <summary>The current item and its position, without the device.</summary>
/// <param name="Context">The context; null if there is none.</param>
/// <param name="Timestamp">When the state last changed, in milliseconds since 1970.</param>
/// <param name="ProgressMs">The position at the time of the response.</param>
/// <param name="IsPlaying">Whether it plays.</param>
/// <param name="Item">
/// A <see cref="TrackObject"/> or an <see cref="EpisodeObject"/>; null if the client does not support the type, or the catalog no longer
/// has the item.
/// </param>
/// <param name="CurrentlyPlayingType">track, episode (of chapters, too) or unknown.</param>
/// <param name="Actions">The commands that cannot be given now.</param>
internal record CurrentlyPlayingObject(
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] PlaybackContextObject? Context,
    long Timestamp,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] long? ProgressMs,
    bool IsPlaying,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] object? Item,
    string CurrentlyPlayingType,
    ActionsObject Actions);

/// <summary>The current item, its position, and the device that plays it.</summary>
/// <param name="Base">The item and its position.</param>
/// <param name="Device">The active device.</param>
/// <param name="RepeatState">off, context or track.</param>
/// <param name="ShuffleState">Whether the context is shuffled.</param>
internal sealed record PlaybackStateObject(
    [property: JsonIgnore] CurrentlyPlayingObject Base, ConnectedDeviceObject Device, string RepeatState, bool ShuffleState)
    : CurrentlyPlayingObject(Base);

/// <summary>A context.</summary>
internal sealed record PlaybackContextObject(string Type, string Href, ExternalUrlObject ExternalUrls, string Uri);

/// <summary>The current item, and those after it.</summary>
/// <param name="CurrentlyPlaying">The current item; null if nothing is played.</param>
/// <param name="Queue">The items that follow: first those that the listener has queued.</param>
internal sealed record QueueObject(
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] object? CurrentlyPlaying, IReadOnlyList<object> Queue);

/// <summary>
/// The commands that cannot be given now. Clients read them from <c>disallows</c>, as in Spotify's responses, or from the object itself, as
/// open-api.yml says; commands that can be given are left out.
/// </summary>
internal sealed record ActionsObject([property: JsonIgnore] DisallowsObject Base, DisallowsObject Disallows) : DisallowsObject(Base)
{
    /// <summary>Returns the object with the commands in both places.</summary>
    public static ActionsObject Of(DisallowsObject disallows) => new(disallows, disallows);
}

/// <summary>Commands, as true if they cannot be given.</summary>
internal record DisallowsObject(
    bool? InterruptingPlayback = null,
    bool? Pausing = null,
    bool? Resuming = null,
    bool? Seeking = null,
    bool? SkippingNext = null,
    bool? SkippingPrev = null,
    bool? TogglingRepeatContext = null,
    bool? TogglingRepeatTrack = null,
    bool? TogglingShuffle = null,
    bool? TransferringPlayback = null);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(PlaybackStateObject))]
[JsonSerializable(typeof(CurrentlyPlayingObject))]
[JsonSerializable(typeof(QueueObject))]
[JsonSerializable(typeof(TrackObject))]
[JsonSerializable(typeof(EpisodeObject))]
internal sealed partial class PlaybackStateJson : JsonSerializerContext;
