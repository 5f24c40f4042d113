using Pulumi;
using Pulumi.Gcp.Compute.Inputs;
using Spotify.Domain;
using Spotify.Web.Identity.Issuing;
using Gcp = Pulumi.Gcp;

namespace Spotify.Cloud;

/// <summary>
/// The load balancer: one address and one domain. Routes API requests to their functions, and requests for audio and for the web player
/// to buckets behind the CDN, under the same paths as on one machine.
/// </summary>
internal sealed class Edge : Layer
{
    private const int YearSeconds = 365 * 24 * 3600;

    /// <summary>The header in which functions get the country of the client's address.</summary>
    public const string ClientRegionHeader = "X-Client-Region";

    /// <summary>The header in which functions get the address of the client.</summary>
    public const string ClientAddressHeader = "X-Client-Address";

    private const string HttpsPort = "443-443";

    private readonly StackSettings settings;
    private readonly Armor armor;

    /// <summary>Reserves the address, because the functions' settings contain the domain.</summary>
    public Edge(StackSettings settings, Services services) : base("edge", services)
    {
        this.settings = settings;
        armor = new Armor(settings, Own);
        Address = new Gcp.Compute.GlobalAddress("edge", new() { Name = "edge" }, Own);
        // Without a domain of its own, the stack uses sslip.io, which resolves a name to the address in it.
        Domain = settings.Domain is { } domain
            ? Output.Create(domain)
            : Address.Address.Apply(address => $"{address.Replace('.', '-')}.sslip.io");
    }

    /// <summary>The IP address.</summary>
    public Gcp.Compute.GlobalAddress Address { get; }

    /// <summary>The domain name.</summary>
    public Output<string> Domain { get; }

    /// <summary>Declares the routing to the functions and buckets.</summary>
    public void Serve(IReadOnlyList<DeployedFunction> functions, Data data, WebPlayer player, ProjectFacts project, Identity identity)
    {
        var services = functions.Where(deployed => deployed.Function.IsPublic)
            .ToDictionary(deployed => deployed.Function.Name, DeclareService);
        var audio = DeclareAudio(data, project, identity);
        var playerBucket = new Gcp.Compute.BackendBucket(
            "web-player",
            new()
            {
                // The backend "player" is that of the function.
                Name = "web-player",
                BucketName = player.Bucket.Name,
                EnableCdn = true,
                CompressionMode = "AUTOMATIC",
                CdnPolicy = new BackendBucketCdnPolicyArgs { CacheMode = "USE_ORIGIN_HEADERS", NegativeCaching = false },
                EdgeSecurityPolicy = armor.Buckets.SelfLink,
            },
            Own);

        var rules = new UrlRules();
        foreach (var (template, service) in RouteTable.Ordered(functions.Where(function => services.ContainsKey(function.Function.Name))
            .SelectMany(function => function.Function.Routes.Select(template => (template, services[function.Function.Name])))))
            rules.Add(service.SelfLink, template);
        rules.Add(audio.SelfLink, "/tracks/**", "/episodes/**", "/chapters/**");
        // Unmapped API paths go to a function, so that their 404 has the format of all API errors. Health checks are rewritten, because
        // Cloud Run reserves paths that end in z.
        rules.Add(services["catalog"].SelfLink, "/v1/**");
        rules.Rewrite(services["catalog"].SelfLink, "/health", "/healthz");
        // The player is a single page: its paths are all served by index.html.
        rules.Rewrite(playerBucket.SelfLink, "/index.html", "/search");
        foreach (var type in Enum.GetValues<EntityType>())
            rules.Rewrite(playerBucket.SelfLink, "/index.html", $"/{SpotifyUri.WireName(type)}/{{id=*}}");

        var map = new Gcp.Compute.URLMap(
            "edge",
            new()
            {
                Name = "edge",
                DefaultService = playerBucket.SelfLink,
                HostRules = { new URLMapHostRuleArgs { Hosts = { "*" }, PathMatcher = "paths" } },
                PathMatchers =
                {
                    new URLMapPathMatcherArgs { Name = "paths", DefaultService = playerBucket.SelfLink, RouteRules = rules.All },
                },
            },
            Own);
        DeclareFrontEnd(map);
        RegisterOutputs();
    }

    private Gcp.Compute.BackendService DeclareService(DeployedFunction function)
    {
        var name = function.Function.Name;
        var arguments = new Gcp.Compute.BackendServiceArgs
        {
            Name = name,
            LoadBalancingScheme = "EXTERNAL_MANAGED",
            Protocol = "HTTPS",
            SecurityPolicy = armor.Functions.SelfLink,
            LogConfig = new BackendServiceLogConfigArgs { Enable = true, SampleRate = 0.01 },
            EnableCdn = function.Function.Definition.CachedByCdn,
            CustomRequestHeaders = { $"{ClientRegionHeader}:{{client_region}}", $"{ClientAddressHeader}:{{client_ip_address}}" },
        };
        // Ejects a region whose instances fail until it recovers. Not declared for a single region, because at least one backend may
        // always be ejected, and five consecutive errors would then cause an outage.
        if (function.ByRegion.Count > 1)
            arguments.OutlierDetection = new BackendServiceOutlierDetectionArgs
            {
                ConsecutiveErrors = 5,
                Interval = new BackendServiceOutlierDetectionIntervalArgs { Seconds = 10 },
                BaseEjectionTime = new BackendServiceOutlierDetectionBaseEjectionTimeArgs { Seconds = 30 },
                MaxEjectionPercent = 50,
            };
        if (function.Function.Definition.CachedByCdn)
        {
            // Cloud CDN answers cache hits before the backend's policy runs, so country rules must be on the edge policy.
            arguments.EdgeSecurityPolicy = armor.Buckets.SelfLink;
            arguments.CdnPolicy = new BackendServiceCdnPolicyArgs
            {
                CacheMode = "USE_ORIGIN_HEADERS",
                NegativeCaching = false,
                ServeWhileStale = (int)TokenKeyRotation.ServedWhileStale.TotalSeconds,
                CacheKeyPolicy = new BackendServiceCdnPolicyCacheKeyPolicyArgs
                {
                    IncludeHost = false,
                    IncludeProtocol = false,
                    IncludeQueryString = false,
                },
            };
        }

        foreach (var (region, deployed) in function.ByRegion)
        {
            var group = new Gcp.Compute.RegionNetworkEndpointGroup(
                $"{name}-{region}",
                new()
                {
                    Name = name,
                    Region = region,
                    NetworkEndpointType = "SERVERLESS",
                    CloudRun = new RegionNetworkEndpointGroupCloudRunArgs { Service = deployed.Name },
                },
                Own);
            arguments.Backends.Add(new BackendServiceBackendArgs { Group = group.Id });
        }

        return new Gcp.Compute.BackendService(name, arguments, Own);
    }

    private Gcp.Compute.BackendBucket DeclareAudio(Data data, ProjectFacts project, Identity identity)
    {
        var audio = new Gcp.Compute.BackendBucket(
            "audio",
            new()
            {
                Name = "audio",
                BucketName = data.Audio.Name,
                EnableCdn = true,
                CdnPolicy = new BackendBucketCdnPolicyArgs
                {
                    // Object names are immutable, so the bucket's cache headers are overridden. Errors are not cached, because a missing
                    // track may be added at any time.
                    CacheMode = "FORCE_CACHE_ALL",
                    DefaultTtl = YearSeconds,
                    ClientTtl = YearSeconds,
                    SignedUrlCacheMaxAgeSec = YearSeconds,
                    NegativeCaching = false,
                    RequestCoalescing = true,
                },
                EdgeSecurityPolicy = armor.Buckets.SelfLink,
                CustomResponseHeaders =
                {
                    "Access-Control-Allow-Origin: *",
                    "Access-Control-Expose-Headers: Content-Range, Content-Length, ETag, Accept-Ranges",
                    "Cross-Origin-Resource-Policy: cross-origin",
                    "X-Cache: {cdn_cache_status}",
                },
            },
            Own);
        var keys = identity.CdnKeys.Select(key => new Gcp.Compute.BackendBucketSignedUrlKey(
            $"audio-{key.Name}", new() { Name = key.Name, BackendBucket = audio.Name, KeyValue = key.Value }, Own)).ToList();
        // Google creates the CDN's service agent with the first key.
        _ = new Gcp.Storage.BucketIAMMember(
            "audio-cdn",
            new() { Bucket = data.Audio.Name, Role = "roles/storage.objectViewer", Member = project.ServiceAgent("cloud-cdn-fill") },
            After(keys));
        return audio;
    }

    private void DeclareFrontEnd(Gcp.Compute.URLMap map)
    {
        var certificate = new Gcp.Compute.ManagedSslCertificate(
            "edge", new() { Managed = new ManagedSslCertificateManagedArgs { Domains = { Domain } } }, Own);
        var tls = new Gcp.Compute.SSLPolicy("edge", new() { Name = "edge", MinTlsVersion = "TLS_1_2", Profile = "MODERN" }, Own);
        var https = new Gcp.Compute.TargetHttpsProxy(
            "edge",
            new()
            {
                Name = "edge",
                UrlMap = map.SelfLink,
                SslCertificates = { certificate.SelfLink },
                SslPolicy = tls.SelfLink,
                QuicOverride = "ENABLE",
            },
            Own);
        Forward("https", https.SelfLink, HttpsPort);

        var upgrade = new Gcp.Compute.URLMap(
            "edge-http",
            new()
            {
                Name = "edge-http",
                DefaultUrlRedirect = new URLMapDefaultUrlRedirectArgs
                {
                    HttpsRedirect = true,
                    StripQuery = false,
                    RedirectResponseCode = "MOVED_PERMANENTLY_DEFAULT",
                },
            },
            Own);
        var http = new Gcp.Compute.TargetHttpProxy("edge-http", new() { Name = "edge-http", UrlMap = upgrade.SelfLink }, Own);
        Forward("http", http.SelfLink, "80-80");
    }

    private void Forward(string name, Input<string> target, string ports) => _ = new Gcp.Compute.GlobalForwardingRule(
        name,
        new()
        {
            Name = name,
            Target = target,
            IpAddress = Address.Address,
            IpProtocol = "TCP",
            PortRange = ports,
            LoadBalancingScheme = "EXTERNAL_MANAGED",
        },
        Own);

    /// <summary>Rules of a URL map, in order of priority: the first match applies.</summary>
    private sealed class UrlRules
    {
        private readonly InputList<URLMapPathMatcherRouteRuleArgs> rules = [];
        private int count;

        public InputList<URLMapPathMatcherRouteRuleArgs> All => rules;

        public void Add(Input<string> service, params IEnumerable<string> templates) => rules.Add(Rule(service, templates));

        // A rewritten template must contain a variable, even if the new path does not use it. A path without a wildcard is rewritten as a
        // prefix.
        public void Rewrite(Input<string> service, string path, string template)
        {
            var rule = Rule(service, [template]);
            rule.RouteAction = new URLMapPathMatcherRouteRuleRouteActionArgs
            {
                UrlRewrite = IsTemplate(template)
                    ? new URLMapPathMatcherRouteRuleRouteActionUrlRewriteArgs { PathTemplateRewrite = path }
                    : new URLMapPathMatcherRouteRuleRouteActionUrlRewriteArgs { PathPrefixRewrite = path },
            };
            rules.Add(rule);
        }

        private static bool IsTemplate(string template) => template.Contains('*', StringComparison.Ordinal);

        private URLMapPathMatcherRouteRuleArgs Rule(Input<string> service, IEnumerable<string> templates)
        {
            var rule = new URLMapPathMatcherRouteRuleArgs { Priority = ++count, Service = service };
            foreach (var template in templates)
                rule.MatchRules.Add(IsTemplate(template)
                    ? new URLMapPathMatcherRouteRuleMatchRuleArgs { PathTemplateMatch = template }
                    : new URLMapPathMatcherRouteRuleMatchRuleArgs { FullPathMatch = template });
            return rule;
        }
    }
}
