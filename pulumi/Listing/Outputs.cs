using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;

namespace Spotify.Cloud.Listing;

/// <summary>The outputs that Google's APIs return for inputs: ids, URLs and so on, in Google's formats.</summary>
internal static class Outputs
{
    private const string Compute = "https://www.googleapis.com/compute/v1/";
    private const string Pools = $"projects/{SimulatedCloud.ProjectNumber}/locations/global/workloadIdentityPools";

    private static readonly Dictionary<string, string> Collections = new()
    {
        ["globalAddress"] = "addresses",
        ["managedSslCertificate"] = "sslCertificates",
        ["backendService"] = "backendServices",
        ["backendBucket"] = "backendBuckets",
        ["uRLMap"] = "urlMaps",
        ["targetHttpsProxy"] = "targetHttpsProxies",
        ["targetHttpProxy"] = "targetHttpProxies",
        ["globalForwardingRule"] = "forwardingRules",
        ["securityPolicy"] = "securityPolicies",
        ["sSLPolicy"] = "sslPolicies",
    };

    /// <summary>Returns the id and the state of a resource.</summary>
    public static (string Id, ImmutableDictionary<string, object> State) Of(
        string type, string name, ImmutableDictionary<string, object> inputs, string project)
    {
        if (type.Split(':') is not ["gcp", var module, _]) return (name, inputs);
        var (own, resource) = (Input("name", name), module.Split('/')[1]);
        var (root, location) = ($"projects/{Input("project", project)}", Input("location", Input("region", "")));
        if (module.StartsWith("compute/", StringComparison.Ordinal))
        {
            if (resource == "regionNetworkEndpointGroup") return Linked($"{root}/regions/{location}/networkEndpointGroups/{own}");
            if (resource.EndsWith("SignedUrlKey", StringComparison.Ordinal))
                return ($"{Input("backendBucket", "")}/signedUrlKeys/{own}", inputs.SetItem("name", own));
            if (resource == "securityPolicyRule")
                return ($"{root}/global/securityPolicies/{Input("securityPolicy", "")}/priority/{inputs["priority"]}", inputs);
            return Linked($"{root}/global/{Collections[resource]}/{own}");
        }

        var state = inputs.SetItem("name", own);
        return module switch
        {
            "serviceaccount/account" => Account(),
            "identityplatform/config" => (root, state.SetItem("client", Client())),
            "storage/bucket" => (
                own,
                state.SetItem("url", $"gs://{own}").SetItem("selfLink", $"https://www.googleapis.com/storage/v1/b/{own}")),
            "storage/bucketObject" => ($"{Input("bucket", "")}/{own}", state.SetItem("outputName", own)),
            "storage/notification" => ($"{Input("bucket", "")}/notificationConfigs/1", inputs),
            "pubsub/topic" => ($"{root}/topics/{own}", state),
            "pubsub/subscription" => ($"{root}/subscriptions/{own}", state),
            "cloudtasks/queue" => ($"{root}/locations/{location}/queues/{own}", state),
            "cloudscheduler/job" => ($"{root}/locations/{location}/jobs/{own}", state),
            "kms/keyRing" => ($"{root}/locations/{location}/keyRings/{own}", state),
            "kms/cryptoKey" => ($"{Input("keyRing", "")}/cryptoKeys/{own}", state),
            "secretmanager/secret" => Named($"{root}/secrets/{Input("secretId", name)}"),
            "secretmanager/secretVersion" => Version($"{Input("secret", "")}/versions/1"),
            "cloudrunv2/service" => (
                $"{root}/locations/{location}/services/{own}",
                state.SetItem("uri", $"https://{own}-{SimulatedCloud.ProjectNumber}.{location}.run.app")),
            "spanner/instance" => ($"{root}/instances/{own}", state),
            "spanner/database" => ($"{root}/instances/{Input("instance", "")}/databases/{own}", state),
            "spanner/backupSchedule" => (
                $"{root}/instances/{Input("instance", "")}/databases/{Input("database", "")}/backupSchedules/{own}", state),
            "iam/workloadIdentityPool" => Named($"{Pools}/{Input("workloadIdentityPoolId", name)}"),
            "iam/workloadIdentityPoolProvider" => Named(
                $"{Pools}/{Input("workloadIdentityPoolId", "")}/providers/{Input("workloadIdentityPoolProviderId", name)}"),
            "projects/service" => ($"{root}/services/{Input("service", "")}", inputs),
            "projects/serviceIdentity" => Identity(),
            "bigquery/dataset" => ($"{root}/datasets/{Input("datasetId", name)}", inputs),
            "bigquery/table" => ($"{root}/datasets/{Input("datasetId", "")}/tables/{Input("tableId", name)}", inputs),
            "firebaserules/ruleset" => Ruleset(),
            "firestore/database" => ($"{root}/databases/{own}", state),
            "monitoring/alertPolicy" or "monitoring/notificationChannel" or "monitoring/uptimeCheckConfig" =>
                Named($"{root}/{resource}s/{name}"),
            _ when resource.EndsWith("Member", StringComparison.OrdinalIgnoreCase) => (Membership(inputs), inputs),
            _ => ($"{root}/{module}/{name}", state),
        };

        string Input(string key, string fallback) => inputs.GetValueOrDefault(key) as string ?? fallback;

        ImmutableDictionary<string, object> Map(string key) =>
            inputs.GetValueOrDefault(key) as ImmutableDictionary<string, object> ?? ImmutableDictionary<string, object>.Empty;

        ImmutableDictionary<string, object> Client() => Map("client").SetItem("apiKey", "an-api-key");

        (string, ImmutableDictionary<string, object>) Linked(string id) =>
            (id, inputs.SetItem("name", own).SetItem("selfLink", Compute + id).SetItem("address", "203.0.113.7"));

        (string, ImmutableDictionary<string, object>) Named(string id) => (id, inputs.SetItem("name", id));

        (string, ImmutableDictionary<string, object>) Version(string id) => (id, inputs.SetItem("name", id).SetItem("version", "1"));

        (string, ImmutableDictionary<string, object>) Account()
        {
            var email = $"{Input("accountId", name)}@{project}.iam.gserviceaccount.com";
            var (id, account) = Named($"{root}/serviceAccounts/{email}");
            return (id, account.SetItem("email", email).SetItem("member", $"serviceAccount:{email}"));
        }

        // Google chooses a new name for each ruleset.
        (string, ImmutableDictionary<string, object>) Ruleset()
        {
            var files = (ImmutableArray<object>)Map("source")["files"];
            var content = string.Concat(files.Select(file => ((ImmutableDictionary<string, object>)file)["content"]));
            var ruleset = new Guid(SHA256.HashData(Encoding.UTF8.GetBytes(content)).AsSpan(..16)).ToString();
            return ($"{root}/rulesets/{ruleset}", inputs.SetItem("name", ruleset));
        }

        (string, ImmutableDictionary<string, object>) Identity()
        {
            var email = $"service-{SimulatedCloud.ProjectNumber}@gcp-sa-{Input("service", "").Split('.')[0]}.iam.gserviceaccount.com";
            return ($"{root}/services/{Input("service", "")}", inputs.SetItem("email", email).SetItem("member", $"serviceAccount:{email}"));
        }
    }

    // The id contains the role, the member and the resource, so that a duplicate grant is rejected.
    private static string Membership(ImmutableDictionary<string, object> inputs)
    {
        var values = inputs.Where(input => input.Value is string).OrderBy(input => input.Key, StringComparer.Ordinal);
        return string.Join(' ', values.Select(input => $"{input.Key}={input.Value}"));
    }
}
