using Pulumi;
using Pulumi.Gcp.SecretManager.Inputs;
using Spotify.Web.Functions;
using Gcp = Pulumi.Gcp;

namespace Spotify.Cloud;

/// <summary>
/// The service accounts that call functions, and the keys that sign audio URLs, access tokens and licenses or encrypt content keys. No
/// account has a downloadable key.
/// </summary>
internal sealed class Identity : Layer
{
    private readonly StackSettings settings;

    /// <summary>Declares the resources.</summary>
    public Identity(StackSettings settings, Services services) : base("identity", services)
    {
        this.settings = settings;
        Scheduler = Account("scheduler", "Calls scheduled functions");
        Tasks = Account("task-dispatcher", "Dispatches tasks to functions");
        Subscriptions = Account("subscriptions", "Pushes messages to functions");
        CdnKeys = [.. settings.CdnKeyNames.Select(name => Declare("cdn", name, settings.CdnKeys[name]))];
        TokenKeys = [.. settings.TokenKeyNames.Select(name => Declare("token", name, settings.TokenKeys[name]))];
        LicenseKeys = [.. settings.LicenseKeyNames.Select(name => Declare("license", name, settings.LicenseKeys[name]))];
        MasterKeys = [.. settings.MasterKeyNames.Select(name => Declare("master", name, settings.MasterKeys[name]))];
        RegisterOutputs();
    }

    /// <summary>The account that Cloud Scheduler calls functions with.</summary>
    public Gcp.ServiceAccount.Account Scheduler { get; }

    /// <summary>The account that Cloud Tasks calls functions with.</summary>
    public Gcp.ServiceAccount.Account Tasks { get; }

    /// <summary>The account that Pub/Sub calls functions with.</summary>
    public Gcp.ServiceAccount.Account Subscriptions { get; }

    /// <summary>The keys of audio URLs. The first one signs; all of them verify.</summary>
    public IReadOnlyList<SecretKey> CdnKeys { get; }

    /// <summary>The keys of access tokens. The first one signs; all of them are published.</summary>
    public IReadOnlyList<SecretKey> TokenKeys { get; }

    /// <summary>The keys of licenses. The first one signs; all of them are published.</summary>
    public IReadOnlyList<SecretKey> LicenseKeys { get; }

    /// <summary>The master keys, encrypted by Cloud KMS. The first one encrypts; all of them decrypt.</summary>
    public IReadOnlyList<SecretKey> MasterKeys { get; }

    /// <summary>Returns the keys that a function reads, and the settings in which it gets them.</summary>
    public IEnumerable<(string Setting, SecretKey Key)> KeysOf(Resources uses) =>
    [
        .. (uses.SigningKeys ? CdnKeys : []).Select((key, i) => (FormattableString.Invariant($"SigningKeys__{i}__Secret"), key)),
        .. (uses.TokenKeys ? TokenKeys : []).Select((key, i) => (FormattableString.Invariant($"TokenKeys__{i}__Pem"), key)),
        .. (uses.LicenseKeys ? LicenseKeys : []).Select((key, i) => (FormattableString.Invariant($"LicenseKeys__{i}__Pem"), key)),
        .. (uses.MasterKeys ? MasterKeys : []).Select((key, i) => (FormattableString.Invariant($"MasterKeys__{i}__Wrapped"), key)),
    ];

    private Gcp.ServiceAccount.Account Account(string id, string description) =>
        new(id, new() { Project = settings.Project, AccountId = id, DisplayName = description }, Own);

    private SecretKey Declare(string kind, string name, Output<string> value)
    {
        var id = $"{kind}-{name}";
        var secret = new Gcp.SecretManager.Secret(
            id,
            new()
            {
                SecretId = id,
                Replication = new SecretReplicationArgs { Auto = new SecretReplicationAutoArgs() },
            },
            Own);
        var version = new Gcp.SecretManager.SecretVersion(id, new() { Secret = secret.Id, SecretData = value }, Own);
        // The grants of the first two kinds have names without the kind, and a renamed grant would be removed after it is made again.
        return new SecretKey(name, kind is "cdn" or "token" ? name : id, secret, version, value);
    }
}

/// <summary>A key that functions read from a secret.</summary>
/// <param name="Name">The name in the settings of the stack; of a key of audio URLs, also that in the URLs.</param>
/// <param name="Grant">The end of the names of its grants.</param>
/// <param name="Secret">The secret from which functions read the key.</param>
/// <param name="Version">The version that functions read.</param>
/// <param name="Value">The key.</param>
internal sealed record SecretKey(
    string Name, string Grant, Gcp.SecretManager.Secret Secret, Gcp.SecretManager.SecretVersion Version, Output<string> Value);
