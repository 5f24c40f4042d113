using Spotify.Functions.AudioEncryption;
using Spotify.Functions.Licenses.Devices;
using Spotify.Functions.Licenses.Downloads;
using Spotify.Functions.Licenses.Issuing;
using Spotify.Functions.Licenses.Keys;
using Spotify.Functions.Licenses.Sync;
using Spotify.Web.Functions;

namespace Spotify.Functions.Licenses;

/// <summary>The function <c>licenses</c>: devices that play offline, their licenses, downloads and sync.</summary>
public static class LicensesFunction
{
    /// <summary>The definition.</summary>
    public static FunctionDefinition Definition { get; } = new("licenses", Caller.Listeners)
    {
        AddServices = services => services
            .AddAudioEncryptionQueue()
            .AddDevices()
            .AddIssuing()
            .AddDownloads()
            .AddSync()
            .AddServerTime(),
        MapRoutes = routes => routes
            .MapDevices()
            .MapIssuing()
            .MapDownloads()
            .MapSync()
            .MapLicenseKeys(),
        Uses = new Resources
        {
            Database = Access.Write,
            Enqueues = [AudioEncryptionFunction.Tasks],
            SigningKeys = true,
            MasterKeys = true,
            LicenseKeys = true,
        },
        // The key set is the only response with headers that permit caching.
        CachedByCdn = true,
        PersonalData = LicensesPersonalData.All,
    };
}
