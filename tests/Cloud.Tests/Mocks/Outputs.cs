using System.Collections.Immutable;

namespace Spotify.Cloud.Tests.Mocks;

/// <summary>What Google makes of inputs: ids, addresses and the like, in the form that it gives them.</summary>
internal static class Outputs
{
    private const string Compute = "https://www.googleapis.com/compute/v1/";

    private static readonly Dictionary<string, string> Collections = new()
    {
        ["globalAddress"] = "addresses", ["managedSslCertificate"] = "sslCertificates", ["backendService"] = "backendServices", ["backendBucket"] = "backendBuckets",
        ["uRLMap"] = "urlMaps", ["targetHttpsProxy"] = "targetHttpsProxies", ["targetHttpProxy"] = "targetHttpProxies", ["globalForwardingRule"] = "forwardingRules",
        ["securityPolicy"] = "securityPolicies", ["sSLPolicy"] = "sslPolicies",
    };

    /// <summary>The id and the state of a resource.</summary>
    public static (string Id, ImmutableDictionary<string, object> State) Of(string type, string name, ImmutableDictionary<string, object> inputs, string project)
    {
        if (type.Split(':') is not ["gcp", var module, _]) return (name, inputs);
        string Given(string key, string otherwise) => inputs.GetValueOrDefault(key) as string ?? otherwise;

        var (own, resource) = (Given("name", name), module.Split('/')[1]);
        var (root, location) = ($"projects/{Given("project", project)}", Given("location", Given("region", "")));
        if (module.StartsWith("compute/", StringComparison.Ordinal))
        {
            if (resource == "regionNetworkEndpointGroup") return Linked($"{root}/regions/{location}/networkEndpointGroups/{own}");
            if (resource.EndsWith("SignedUrlKey", StringComparison.Ordinal)) return ($"{Given("backendBucket", "")}/signedUrlKeys/{own}", inputs.SetItem("name", own));
            return Linked($"{root}/global/{Collections[resource]}/{own}");
        }

        var state = inputs.SetItem("name", own);
        return module switch
        {
            "serviceaccount/account" => Account(),
            "identityplatform/config" => (root, state.SetItem("client", ((ImmutableDictionary<string, object>)inputs["client"]).SetItem("apiKey", "an-api-key"))),
            "storage/bucket" => (own, state.SetItem("url", $"gs://{own}").SetItem("selfLink", $"https://www.googleapis.com/storage/v1/b/{own}")),
            "storage/bucketObject" => ($"{Given("bucket", "")}/{own}", state.SetItem("outputName", own)),
            "pubsub/topic" => ($"{root}/topics/{own}", state),
            "pubsub/subscription" => ($"{root}/subscriptions/{own}", state),
            "cloudtasks/queue" => ($"{root}/locations/{location}/queues/{own}", state),
            "cloudscheduler/job" => ($"{root}/locations/{location}/jobs/{own}", state),
            "kms/keyRing" => ($"{root}/locations/{location}/keyRings/{own}", state),
            "kms/cryptoKey" => ($"{Given("keyRing", "")}/cryptoKeys/{own}", state),
            "secretmanager/secret" => Named($"{root}/secrets/{Given("secretId", name)}"),
            "secretmanager/secretVersion" => Version($"{Given("secret", "")}/versions/1"),
            "cloudfunctionsv2/function" => ($"{root}/locations/{location}/functions/{own}", state.SetItem("url", $"https://{location}-{project}.cloudfunctions.net/{own}").SetItem("serviceConfig", Service())),
            "cloudrunv2/service" => ($"{root}/locations/{location}/services/{own}", state.SetItem("uri", $"https://{own}-{CloudMocks.ProjectNumber}.{location}.run.app")),
            "eventarc/trigger" => ($"{root}/locations/{location}/triggers/{own}", state),
            "artifactregistry/repository" => Named($"{root}/locations/{location}/repositories/{Given("repositoryId", name)}"),
            "spanner/instance" => ($"{root}/instances/{own}", state),
            "spanner/database" => ($"{root}/instances/{Given("instance", "")}/databases/{own}", state),
            "spanner/backupSchedule" => ($"{root}/instances/{Given("instance", "")}/databases/{Given("database", "")}/backupSchedules/{own}", state),
            "iam/workloadIdentityPool" => Named($"projects/{CloudMocks.ProjectNumber}/locations/global/workloadIdentityPools/{Given("workloadIdentityPoolId", name)}"),
            "iam/workloadIdentityPoolProvider" => Named(
                $"projects/{CloudMocks.ProjectNumber}/locations/global/workloadIdentityPools/{Given("workloadIdentityPoolId", "")}/providers/{Given("workloadIdentityPoolProviderId", name)}"),
            "projects/service" => ($"{root}/services/{Given("service", "")}", inputs),
            "projects/serviceIdentity" => Identity(),
            "bigquery/dataset" => ($"{root}/datasets/{Given("datasetId", name)}", inputs),
            "bigquery/table" => ($"{root}/datasets/{Given("datasetId", "")}/tables/{Given("tableId", name)}", inputs),
            "firestore/database" => ($"{root}/databases/{own}", state),
            "monitoring/alertPolicy" or "monitoring/notificationChannel" or "monitoring/uptimeCheckConfig" => Named($"{root}/{resource}s/{name}"),
            _ when resource.EndsWith("Member", StringComparison.OrdinalIgnoreCase) => (Membership(inputs), inputs),
            _ => ($"{root}/{module}/{name}", state),
        };

        ImmutableDictionary<string, object> Service() =>
            (inputs.GetValueOrDefault("serviceConfig") as ImmutableDictionary<string, object> ?? ImmutableDictionary<string, object>.Empty).SetItem("uri", $"https://{own}-abcdefghij-xy.a.run.app");

        (string, ImmutableDictionary<string, object>) Linked(string id) => (id, inputs.SetItem("name", own).SetItem("selfLink", Compute + id).SetItem("address", "203.0.113.7"));
        (string, ImmutableDictionary<string, object>) Named(string id) => (id, inputs.SetItem("name", id));
        (string, ImmutableDictionary<string, object>) Version(string id) => (id, inputs.SetItem("name", id).SetItem("version", "1"));

        (string, ImmutableDictionary<string, object>) Account()
        {
            var email = $"{Given("accountId", name)}@{project}.iam.gserviceaccount.com";
            return Named($"{root}/serviceAccounts/{email}") is var (id, made) ? (id, made.SetItem("email", email).SetItem("member", $"serviceAccount:{email}")) : default;
        }

        (string, ImmutableDictionary<string, object>) Identity()
        {
            var email = $"service-{CloudMocks.ProjectNumber}@gcp-sa-{Given("service", "").Split('.')[0]}.iam.gserviceaccount.com";
            return ($"{root}/services/{Given("service", "")}", inputs.SetItem("email", email).SetItem("member", $"serviceAccount:{email}"));
        }
    }

    // What is granted, to whom and on what: twice the same is once too much.
    private static string Membership(ImmutableDictionary<string, object> inputs) =>
        string.Join(' ', inputs.Where(input => input.Value is string).OrderBy(input => input.Key, StringComparer.Ordinal).Select(input => $"{input.Key}={input.Value}"));
}
