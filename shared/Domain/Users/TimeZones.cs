namespace Spotify.Domain.Users;

/// <summary>
/// The time zones of users. A user's time zone is the one that the user has set, otherwise the one of most people in the user's country.
/// </summary>
public static class TimeZones
{
    private const string Utc = "Etc/UTC";

    private static readonly HashSet<string> Known =
        [.. CountryTimeZones.All.Values.SelectMany(zones => zones), Utc];

    // The names that browsers report for time zones with newer names, because the Unicode locale data keeps the first name of a zone.
    private static readonly Dictionary<string, string> OldNames = new(StringComparer.Ordinal)
    {
        ["Africa/Asmera"] = "Africa/Asmara",
        ["America/Buenos_Aires"] = "America/Argentina/Buenos_Aires",
        ["America/Catamarca"] = "America/Argentina/Catamarca",
        ["America/Coral_Harbour"] = "America/Atikokan",
        ["America/Cordoba"] = "America/Argentina/Cordoba",
        ["America/Godthab"] = "America/Nuuk",
        ["America/Indianapolis"] = "America/Indiana/Indianapolis",
        ["America/Jujuy"] = "America/Argentina/Jujuy",
        ["America/Louisville"] = "America/Kentucky/Louisville",
        ["America/Mendoza"] = "America/Argentina/Mendoza",
        ["Asia/Calcutta"] = "Asia/Kolkata",
        ["Asia/Katmandu"] = "Asia/Kathmandu",
        ["Asia/Rangoon"] = "Asia/Yangon",
        ["Asia/Saigon"] = "Asia/Ho_Chi_Minh",
        ["Atlantic/Faeroe"] = "Atlantic/Faroe",
        ["Europe/Kiev"] = "Europe/Kyiv",
        ["Pacific/Enderbury"] = "Pacific/Kanton",
        ["Pacific/Ponape"] = "Pacific/Pohnpei",
        ["Pacific/Truk"] = "Pacific/Chuuk",
        ["UTC"] = Utc,
    };

    /// <summary>
    /// Returns the IANA id of a time zone by which it is stored: the id itself, or the newer one of a zone that browsers report by an old
    /// name. Null for all other texts, among them abbreviations and Windows names. Does not depend on the time zones of the machine.
    /// </summary>
    public static string? Canonical(string id) => OldNames.GetValueOrDefault(id) ?? (Known.Contains(id) ? id : null);

    /// <summary>Returns the id of a user's time zone.</summary>
    /// <param name="timeZone">The user's choice; null for none.</param>
    /// <param name="country">The user's country.</param>
    public static string IdOf(string? timeZone, string country) =>
        timeZone ?? (CountryTimeZones.All.TryGetValue(country, out var zones) ? zones[0] : Utc);

    /// <summary>Returns a user's time zone; UTC if the machine has no data of it.</summary>
    /// <param name="timeZone">The user's choice; null for none.</param>
    /// <param name="country">The user's country.</param>
    public static TimeZoneInfo Of(string? timeZone, string country) => Find(IdOf(timeZone, country));

    /// <summary>Returns the time zone with an id; UTC if the machine has no data of it.</summary>
    public static TimeZoneInfo Find(string id) => TimeZoneInfo.TryFindSystemTimeZoneById(id, out var zone) ? zone : TimeZoneInfo.Utc;
}
