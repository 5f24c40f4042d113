using Spotify.Domain.Ports;

namespace Spotify.Web.Functions;

/// <summary>The rights of a function on a resource.</summary>
public enum Access
{
    /// <summary>No access.</summary>
    None,

    /// <summary>Reads only.</summary>
    Read,

    /// <summary>Reads, writes and deletes.</summary>
    Write,
}

/// <summary>
/// The resources that a function uses. They determine the adapters that an entry point opens and the roles and settings that Pulumi grants;
/// a function gets nothing else.
/// </summary>
public sealed record Resources
{
    /// <summary>The database, <see cref="IDatabase"/>.</summary>
    public Access Database { get; init; }

    /// <summary>Whether the function queries the search index, <see cref="ISearchIndex"/>.</summary>
    public bool SearchIndex { get; init; }

    /// <summary>Objects of <see cref="IObjectStore"/>, by the first segment of their names.</summary>
    public IDictionary<string, Access> Objects { get; } = new SortedDictionary<string, Access>(StringComparer.Ordinal);

    /// <summary>Objects of the upload bucket, to which music is uploaded for the import.</summary>
    public Access Uploads { get; init; }

    /// <summary>Topics that the function publishes to, by <see cref="IMessageBus"/>.</summary>
    public IReadOnlyList<Topic> Publishes { get; init; } = [];

    /// <summary>Queues that the function adds tasks to, by <see cref="ITaskQueue"/>.</summary>
    public IReadOnlyList<Queue> Enqueues { get; init; } = [];

    /// <summary>The warehouse of events and reports.</summary>
    public Access Warehouse { get; init; }

    /// <summary>Live documents, <see cref="IPlayerStates"/>, which clients listen to.</summary>
    public Access LiveDocuments { get; init; }

    /// <summary>Whether the function issues the tokens with which clients listen to live documents, <see cref="ILiveTokens"/>.</summary>
    public bool LiveTokens { get; init; }

    /// <summary>Whether the function signs audio URLs with the keys of the CDN.</summary>
    public bool SigningKeys { get; init; }

    /// <summary>Whether the function signs access tokens, with <see cref="Identity.Issuing.ITokenKeys"/>.</summary>
    public bool TokenKeys { get; init; }

    /// <summary>Whether the function encrypts or decrypts content keys, with <see cref="IMasterKeys"/>.</summary>
    public bool MasterKeys { get; init; }

    /// <summary>Whether the function signs licenses, with <see cref="Identity.Issuing.ILicenseKeys"/>.</summary>
    public bool LicenseKeys { get; init; }

    /// <summary>
    /// The accounts of the home: <see cref="Access.Read"/> to sign listeners in, <see cref="Access.Write"/> to delete accounts.
    /// </summary>
    public Access SignIn { get; init; }

    /// <summary>
    /// Whether the function encodes audio and images, by <see cref="IMediaEncoder"/>. Reserved for the import of uploads, which runs the
    /// image with ffmpeg.
    /// </summary>
    public bool MediaEncoder { get; init; }

    /// <summary>Whether the function starts trainings, by <see cref="ITrainingJobs"/>.</summary>
    public bool TrainingJobs { get; init; }
}
