namespace Spotify.Events;

/// <summary>The body of a message of the topic <c>taste-updates</c>: the recorded plays of one message, each with its engagement.</summary>
/// <param name="UserId">The user.</param>
/// <param name="Market">The user's country.</param>
/// <param name="ReceivedAt">When the events were received.</param>
public sealed record TasteUpdate(string UserId, string Market, DateTimeOffset ReceivedAt)
{
    /// <summary>
    /// Whether the listener has broken the rules for valid plays lately. Their plays are left out of charts and taste.
    /// </summary>
    public bool IsSuspect { get; init; }

    /// <summary>The plays. A play may be published more than once; its event id tells.</summary>
    public IReadOnlyList<Play> Plays { get; init; } = [];

    /// <summary>The streams that started.</summary>
    public IReadOnlyList<PlayStart> Starts { get; init; } = [];
}

/// <summary>A play: a stream that has ended.</summary>
/// <param name="EventId">The id of the event, unique among the events of the user.</param>
/// <param name="Uri">The track, episode or chapter.</param>
/// <param name="EndedAt">When the stream ended.</param>
/// <param name="PlayedMs">The duration that was heard, in milliseconds.</param>
/// <param name="Reason">The reason why the stream ended.</param>
/// <param name="Engagement">The <see cref="Events.Engagement"/>, in thousandths.</param>
public sealed record Play(string EventId, string Uri, DateTimeOffset EndedAt, long PlayedMs, EndReason Reason, int Engagement)
{
    /// <summary>Where the stream was started; null if unknown.</summary>
    public string? ContextUri { get; init; }

    /// <summary>
    /// Whether the delivery that published this play recorded it. False if it had been recorded before, so that counters without a record
    /// of event ids can skip it.
    /// </summary>
    public bool IsNew { get; init; }
}

/// <summary>A stream that started.</summary>
/// <param name="EventId">The id of the event, unique among the events of the user.</param>
/// <param name="Uri">The track, episode or chapter.</param>
/// <param name="StartedAt">When the stream started.</param>
public sealed record PlayStart(string EventId, string Uri, DateTimeOffset StartedAt);
