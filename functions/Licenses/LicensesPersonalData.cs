using Spotify.Web.PersonalData;

namespace Spotify.Functions.Licenses;

/// <summary>The personal data of offline listening. Encrypted audio is the same for all listeners, and stays.</summary>
internal static class LicensesPersonalData
{
    // A device has up to 20,000 members and 10,000 tracks.
    private const int PageSize = 2000;

    /// <summary>The rows, in the order in which they are erased.</summary>
    public static IReadOnlyList<PersonalRows> All { get; } =
    [
        new("OfflineMembers", "UserId") { PageSize = PageSize },
        new("OfflineCollections", "UserId") { PageSize = PageSize },
        new("OfflineTracks", "UserId") { PageSize = PageSize },
        new("OfflinePlays", "UserId") { PageSize = PageSize },
        new("Devices", "UserId"),
    ];
}
