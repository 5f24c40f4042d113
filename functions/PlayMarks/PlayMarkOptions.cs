using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Spotify.Functions.PlayMarks;

/// <summary>The limits of the rules for valid plays. Section <c>PlayMarks</c>.</summary>
public sealed class PlayMarkOptions
{
    /// <summary>
    /// The hours of tracks that a listener can play in a day; 36 to 480. A day has 24, tracks that began the day before add to them, and a
    /// device that was offline may play at the same time as another.
    /// </summary>
    [Range(36, 480)]
    public int MaxHoursPerDay { get; set; } = 60;

    /// <summary>
    /// The plays of 30 s or more of a listener in an hour; 120 to 3,600. One device can reach 120, by skipping every track after 30 s.
    /// </summary>
    [Range(120, 3600)]
    public int MaxPlaysPerHour { get; set; } = 200;

    /// <summary>
    /// The plays of a track that a listener leaves after 30 to 35 s in a day; 10 to 1,000. Tracks that are hardly longer do not count.
    /// </summary>
    [Range(10, 1000)]
    public int MaxShortPlaysOfTrack { get; set; } = 30;

    /// <summary>The same for the tracks of an artist; 20 to 10,000.</summary>
    [Range(20, 10_000)]
    public int MaxShortPlaysOfArtist { get; set; } = 100;

    /// <summary>The listeners of a device in a day; 3 to 1,000. More are allowed if they listen to different tracks.</summary>
    [Range(3, 1000)]
    public int MaxListenersOfDevice { get; set; } = 10;

    /// <summary>
    /// The plays of a track, on average, from which the listeners of a device are considered to listen to the same tracks; 2 to 1,000.
    /// </summary>
    [Range(2, 1000)]
    public int MaxPlaysPerTrackOfDevice { get; set; } = 5;

    /// <summary>The marked plays, within two days, that make a listener suspect; 1 to 10,000.</summary>
    [Range(1, 10_000)]
    public int MarksOfSuspects { get; set; } = 50;

    /// <summary>How long plays of a suspect listener are left out of charts and taste; 1 day to 90 days.</summary>
    [Range(typeof(TimeSpan), "1.00:00:00", "90.00:00:00")]
    public TimeSpan SuspectFor { get; set; } = TimeSpan.FromDays(7);
}

/// <summary>The validator of <see cref="PlayMarkOptions"/>.</summary>
[OptionsValidator]
public sealed partial class PlayMarkOptionsValidator : IValidateOptions<PlayMarkOptions>;
