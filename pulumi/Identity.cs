using Pulumi;
using Pulumi.Gcp.SecretManager.Inputs;
using Gcp = Pulumi.Gcp;

namespace Spotify.Cloud;

/// <summary>The service accounts that call functions, and the keys that sign audio URLs. No account has a downloadable key.</summary>
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
        CdnKeys = settings.CdnKeyNames.Select(DeclareCdnKey).ToList();
        RegisterOutputs();
    }

    /// <summary>The account that Cloud Scheduler calls functions with.</summary>
    public Gcp.ServiceAccount.Account Scheduler { get; }

    /// <summary>The account that Cloud Tasks calls functions with.</summary>
    public Gcp.ServiceAccount.Account Tasks { get; }

    /// <summary>The account that Pub/Sub calls functions with.</summary>
    public Gcp.ServiceAccount.Account Subscriptions { get; }

    /// <summary>The keys of audio URLs. The first one signs; all of them verify.</summary>
    public IReadOnlyList<CdnKey> CdnKeys { get; }

    private Gcp.ServiceAccount.Account Account(string id, string description) =>
        new(id, new() { Project = settings.Project, AccountId = id, DisplayName = description }, Own);

    private CdnKey DeclareCdnKey(string name)
    {
        var secret = new Gcp.SecretManager.Secret(
            $"cdn-{name}",
            new()
            {
                SecretId = $"cdn-{name}",
                Replication = new SecretReplicationArgs { Auto = new SecretReplicationAutoArgs() },
            },
            Own);
        var version = new Gcp.SecretManager.SecretVersion(
            $"cdn-{name}", new() { Secret = secret.Id, SecretData = settings.CdnKeys[name] }, Own);
        return new CdnKey(name, secret, version, settings.CdnKeys[name]);
    }
}

/// <summary>A key that signs audio URLs.</summary>
/// <param name="Name">The key name in URLs.</param>
/// <param name="Secret">The secret from which functions read the key.</param>
/// <param name="Version">The version that functions read.</param>
/// <param name="Value">The key, for the CDN.</param>
internal sealed record CdnKey(
    string Name, Gcp.SecretManager.Secret Secret, Gcp.SecretManager.SecretVersion Version, Output<string> Value);
