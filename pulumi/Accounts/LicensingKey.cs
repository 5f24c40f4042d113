using Pulumi;
using Gcp = Pulumi.Gcp;

namespace Spotify.Cloud.Accounts;

/// <summary>
/// The key of Cloud KMS that encrypts the master keys of offline listening. Not part of the main stack, whose settings contain the
/// encrypted master keys.
/// </summary>
internal sealed class LicensingKey : Layer
{
    /// <summary>Declares the resources.</summary>
    public LicensingKey(Services services) : base("licensing", services)
    {
        // Functions of all regions decrypt with it, each instance once. The ring gets a name with a random suffix, because key rings cannot
        // be deleted.
        var ring = new Gcp.Kms.KeyRing("licensing", new() { Location = "global" }, Own);
        Key = new Gcp.Kms.CryptoKey(
            "master-keys",
            new() { Name = "master-keys", KeyRing = ring.Id, RotationPeriod = $"{90 * 24 * 3600}s" },
            Own.WithProtection(true)).Id;
        RegisterOutputs();
    }

    /// <summary>The full name of the key.</summary>
    public Output<string> Key { get; }
}
