namespace Spotify.Player;

/// <summary>A connected device.</summary>
/// <param name="Id">The id that the device has chosen: that of its offline registration, if it has one.</param>
/// <param name="ClientId">The app that registered the device; null if unknown. Only its tokens act for the device.</param>
/// <param name="Name">The name that the listener sees.</param>
/// <param name="Type">The type, such as <c>computer</c>.</param>
/// <param name="Volume">The volume in percent; null if it cannot be set.</param>
/// <param name="SeenAt">When the lease of the device was renewed.</param>
/// <param name="LeaseEndsAt">When the device is dropped unless its lease is renewed.</param>
public sealed record PlayerDevice(
    string Id, string? ClientId, string Name, string Type, int? Volume, DateTimeOffset SeenAt, DateTimeOffset LeaseEndsAt)
{
    /// <summary>The types of items that devices play unless they register others.</summary>
    public static IReadOnlyList<string> AllItemTypes { get; } = ["track", "episode", "chapter"];

    /// <summary>Whether the device takes commands of its own app only.</summary>
    public bool IsRestricted { get; init; }

    /// <summary>Whether its plays are private.</summary>
    public bool IsPrivateSession { get; init; }

    /// <summary>The types of items that the device plays: track, episode, chapter.</summary>
    public IReadOnlyList<string> ItemTypes { get; init; } = AllItemTypes;

    /// <summary>The codecs that the device plays, in order of preference; empty for any.</summary>
    public IReadOnlyList<string> Codecs { get; init; } = [];

    /// <summary>Returns whether the device differs from another at most in the time of its lease.</summary>
    public bool IsSameAs(PlayerDevice other) =>
        this with { SeenAt = default, LeaseEndsAt = default, ItemTypes = [], Codecs = [] }
            == other with { SeenAt = default, LeaseEndsAt = default, ItemTypes = [], Codecs = [] }
        && ItemTypes.SequenceEqual(other.ItemTypes, StringComparer.Ordinal)
        && Codecs.SequenceEqual(other.Codecs, StringComparer.Ordinal);
}
