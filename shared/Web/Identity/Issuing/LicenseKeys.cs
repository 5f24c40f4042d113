namespace Spotify.Web.Identity.Issuing;

/// <summary>
/// The keys that sign licenses and the server time, apart from those of access tokens because devices verify without a connection. A key
/// is published for <see cref="PublishedAfter"/> after its last signature.
/// </summary>
/// <remarks>Each member throws <see cref="LicenseKeysUnavailableException"/> if the keys cannot be read.</remarks>
public interface ILicenseKeys : IPublishedKeys
{
    /// <summary>How long a key is published after its last signature: longer than a license is valid.</summary>
    static readonly TimeSpan PublishedAfter = TimeSpan.FromDays(31);
}

/// <summary>The keys of licenses cannot be read. The message contains no key.</summary>
public sealed class LicenseKeysUnavailableException(string message, Exception? cause = null) : IOException(message, cause);
