namespace Spotify.Licensing;

/// <summary>The permission of a device to play encrypted objects without a connection.</summary>
/// <param name="Issuer">The issuer of licenses.</param>
/// <param name="DeviceId">The device.</param>
/// <param name="Serial">The number of the license, which grows per device.</param>
/// <param name="IssuedAt">The time of issue, in whole seconds.</param>
/// <param name="ExpiresAt">The expiry, in whole seconds; at most <see cref="Lifetime"/> after the time of issue.</param>
/// <param name="Quality">The quality that the device asked for.</param>
/// <param name="Constraints">The constraints of playing.</param>
/// <param name="Items">The items, 1 to <see cref="MaxItems"/>.</param>
public sealed record License(
    string Issuer, string DeviceId, long Serial, DateTimeOffset IssuedAt, DateTimeOffset ExpiresAt, string Quality,
    LicenseConstraints Constraints, IReadOnlyList<LicenseItem> Items)
{
    /// <summary>The <c>typ</c>.</summary>
    public const string Type = "license+jwt";

    /// <summary>The maximum number of items.</summary>
    public const int MaxItems = 100;

    /// <summary>How long a license is valid.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromDays(30);

    /// <summary>Returns the reason why this license cannot be issued or accepted; null if there is none.</summary>
    internal string? Problem()
    {
        if (Items.Count is 0 or > MaxItems) return $"A license has 1 to {MaxItems} items.";
        if (ExpiresAt <= IssuedAt || ExpiresAt - IssuedAt > Lifetime) return $"A license is valid for at most {Lifetime.TotalDays} days.";
        foreach (var item in Items)
        {
            if (item.Size <= 0) return $"{item.Object} is empty.";
            if (!EncryptedAudio.IsNamedAfter(item.Object, item.KeyId)) return $"{item.Object} is not encrypted with the key {item.KeyId}.";
        }

        return null;
    }
}

/// <summary>The constraints of a license.</summary>
/// <param name="Market">The market whose rights apply.</param>
/// <param name="OfflineStreams">The number of devices that may play without a connection at a time.</param>
public sealed record LicenseConstraints(string Market, int OfflineStreams);

/// <summary>A track, episode or chapter of a license.</summary>
/// <param name="Uri">The URI.</param>
/// <param name="Object">The name of the encrypted object.</param>
/// <param name="KeyId">The id of its content key.</param>
/// <param name="Size">The size of the plain object, in bytes.</param>
/// <param name="Codec">The codec.</param>
/// <param name="Quality">The quality of the encoding.</param>
/// <param name="BitrateKbps">The bit rate, in kbit/s.</param>
/// <param name="DurationMs">The duration, in milliseconds.</param>
/// <param name="GainDb">The gain for equal loudness, in decibels.</param>
/// <param name="ExpiresAt">When the rights end, in whole seconds, if that is before the expiry of the license.</param>
public sealed record LicenseItem(
    string Uri, string Object, string KeyId, long Size, string Codec, string Quality, int BitrateKbps, long DurationMs, double GainDb,
    DateTimeOffset? ExpiresAt = null);
