using Spotify.Web.Identity.Issuing;

namespace Spotify.Local.Identity;

/// <summary>
/// The keys that sign the licenses of one machine, in <c>keys/licenses</c>. They are read when first used, because the server works without
/// them.
/// </summary>
internal sealed class LicenseKeyFiles(DataDirectory data, TimeProvider time) : ILicenseKeys
{
    private readonly Lock opening = new();
    private volatile SigningKeyFiles? files;

    /// <inheritdoc/>
    public TokenKey Signing => Read(keys => keys.Signing);

    /// <inheritdoc/>
    public IReadOnlyList<TokenKey> All => Read(keys => keys.All);

    private T Read<T>(Func<SigningKeyFiles, T> read)
    {
        try
        {
            return read(files ?? Open());
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException)
        {
            throw new LicenseKeysUnavailableException($"The keys of licenses cannot be read: {e.Message}", e);
        }
    }

    private SigningKeyFiles Open()
    {
        lock (opening) return files ??= new SigningKeyFiles(data, "licenses", ILicenseKeys.PublishedAfter, time);
    }
}
