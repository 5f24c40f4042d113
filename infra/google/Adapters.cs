using Spotify.Google.Database;
using Spotify.Google.Import;
using Spotify.Google.LiveDocuments;
using Spotify.Google.Messages;
using Spotify.Google.Objects;
using Spotify.Google.SignIn;
using Spotify.Google.Signing;
using Spotify.Google.Tasks;
using Spotify.Google.Training;
using Spotify.Google.Warehouse;
using Spotify.Web.Functions;

namespace Spotify.Google;

/// <summary>Registration of the adapters of a function.</summary>
internal static class Adapters
{
    /// <summary>Adds the adapters for the resources that a function uses, and no others.</summary>
    public static IServiceCollection AddAdapters(this IServiceCollection services, FunctionDefinition function)
    {
        var uses = function.Uses;
        if (uses.Database != Access.None || uses.SearchIndex) services.AddSpanner();
        if (uses.Objects.Count > 0) services.AddBuckets(uses.Objects.Keys);
        if (function.Publishes.Count > 0) services.AddPubSub();
        if (uses.Enqueues.Count > 0) services.AddCloudTasks(uses.Enqueues);
        if (uses.SigningKeys) services.AddCdnKeys();
        if (uses.TokenKeys) services.AddTokenKeys();
        if (uses.LicenseKeys) services.AddLicenseKeys();
        if (uses.MasterKeys) services.AddMasterKeys();
        if (uses.SignIn != Access.None) services.AddIdentityPlatform();
        if (uses.MediaEncoder) services.AddFfmpeg();
        if (uses.Uploads != Access.None) services.AddUploadBucket();
        if (uses.Warehouse != Access.None) services.AddBigQuery();
        if (uses.TrainingJobs) services.AddTrainingJobs();
        if (uses.LiveDocuments != Access.None) services.AddFirestore();
        if (uses.LiveTokens) services.AddLiveTokens();
        return services;
    }
}
