using Pulumi;
using Pulumi.Gcp.Compute.Inputs;
using Gcp = Pulumi.Gcp;

namespace Spotify.Cloud;

/// <summary>
/// Cloud Armor policies: blocked countries, attack signatures and the rate limit per address. Functions limit the rate per listener
/// themselves, because access tokens are longer than the 128 bytes that Cloud Armor compares.
/// </summary>
internal sealed class Armor
{
    // Search parameters contain free text, which may look like an attack: "Drop Table", "<3".
    private static readonly string[] SearchParameters = ["q", "cursor", "after", "before"];

    // The last four are fields of the authorization server: a password may be any text, and a redirect URI looks like the inclusion of a
    // remote file.
    private static readonly string[] TextFields = ["name", "description", "password", RedirectUris, "state", "continue"];

    // The beginning of redirect_uri and redirect_uris, because an exclusion has at most ten fields.
    private const string RedirectUris = "redirect_uri";

    private static readonly string[] AttackRules =
    [
        "sqli-v33-stable", "xss-v33-stable", "lfi-v33-stable", "rfi-v33-stable", "rce-v33-stable", "scannerdetection-v33-stable",
        "protocolattack-v33-stable",
    ];

    private readonly CustomResourceOptions options;

    /// <summary>Declares the policies.</summary>
    public Armor(StackSettings settings, CustomResourceOptions options)
    {
        this.options = options;
        Functions = Declare(
            "functions",
            new()
            {
                Name = "functions",
                Type = "CLOUD_ARMOR",
                AdvancedOptionsConfig = new SecurityPolicyAdvancedOptionsConfigArgs { JsonParsing = "STANDARD" },
                AdaptiveProtectionConfig = new SecurityPolicyAdaptiveProtectionConfigArgs
                {
                    Layer7DdosDefenseConfig = new SecurityPolicyAdaptiveProtectionConfigLayer7DdosDefenseConfigArgs { Enable = true },
                },
            },
            [.. Geography(settings), Bots(), .. AttackRules.Select(Attack), RateLimit(settings)]);
        Buckets = Declare("buckets", new() { Name = "buckets", Type = "CLOUD_ARMOR_EDGE" }, Geography(settings));
    }

    /// <summary>The policy for functions.</summary>
    public Gcp.Compute.SecurityPolicy Functions { get; }

    /// <summary>The edge policy for cached content, which is evaluated before the cache.</summary>
    public Gcp.Compute.SecurityPolicy Buckets { get; }

    // Rules are resources of their own, because rules inside of a policy cannot exclude fields of request bodies. Google adds the default
    // rule, which allows everyone else.
    private Gcp.Compute.SecurityPolicy Declare(
        string name, Gcp.Compute.SecurityPolicyArgs arguments, IEnumerable<(string Name, Gcp.Compute.SecurityPolicyRuleArgs Rule)> rules)
    {
        var policy = new Gcp.Compute.SecurityPolicy(name, arguments, options);
        Resource last = policy;
        foreach (var (ruleName, rule) in rules)
        {
            rule.SecurityPolicy = policy.Name;
            // One after the other, because Google rejects concurrent changes of a policy.
            last = new Gcp.Compute.SecurityPolicyRule(
                $"{name}-{ruleName}", rule, CustomResourceOptions.Merge(options, new CustomResourceOptions { DependsOn = last }));
        }

        return policy;
    }

    private static IEnumerable<(string, Gcp.Compute.SecurityPolicyRuleArgs)> Geography(StackSettings settings) =>
        settings.BlockedCountries.IsEmpty
            ? []
            :
            [
                Rule(
                    "countries",
                    100,
                    $"'[{string.Join(',', settings.BlockedCountries)}]'.contains(origin.region_code)",
                    "Blocked countries"),
            ];

    // Blocks vulnerability scanners that identify themselves. Unknown user agents are allowed, because any client may use the API.
    private static (string, Gcp.Compute.SecurityPolicyRuleArgs) Bots() => Rule(
        "scanners",
        200,
        "has(request.headers['user-agent']) && "
        + "request.headers['user-agent'].lower().matches('sqlmap|nikto|nuclei|masscan|zgrab|wpscan')",
        "Scanners");

    private static (string, Gcp.Compute.SecurityPolicyRuleArgs) Attack(string rules, int number)
    {
        var (name, rule) = Rule(rules, 1000 + number, $"evaluatePreconfiguredWaf('{rules}', {{'sensitivity': 1}})", rules);
        // The text fields of playlists are excluded, because listeners may write any text into them.
        rule.PreconfiguredWafConfig = new SecurityPolicyRulePreconfiguredWafConfigArgs
        {
            Exclusions =
            {
                new SecurityPolicyRulePreconfiguredWafConfigExclusionArgs
                {
                    TargetRuleSet = rules,
                    // Cloud Armor treats form parameters in the body as query parameters, so text fields are in both lists.
                    RequestQueryParams =
                    [
                        .. SearchParameters.Concat(TextFields).Select(name =>
                            new SecurityPolicyRulePreconfiguredWafConfigExclusionRequestQueryParamArgs
                            {
                                Operator = Operator(name),
                                Value = name,
                            }),
                    ],
                    RequestBodies =
                    [
                        .. TextFields.Select(name =>
                            new SecurityPolicyRulePreconfiguredWafConfigExclusionRequestBodyArgs
                            {
                                Operator = Operator(name), Value = name,
                            }),
                    ],
                },
            },
        };
        return (name, rule);
    }

    private static string Operator(string field) => field == RedirectUris ? "STARTS_WITH" : "EQUALS";

    private static (string, Gcp.Compute.SecurityPolicyRuleArgs) RateLimit(StackSettings settings) => ("rate-limit", new()
    {
        Priority = 2000,
        Action = "rate_based_ban",
        Description = "Rate limit per address",
        Match = new SecurityPolicyRuleMatchArgs
        {
            VersionedExpr = "SRC_IPS_V1",
            Config = new SecurityPolicyRuleMatchConfigArgs { SrcIpRanges = { "*" } },
        },
        RateLimitOptions = new SecurityPolicyRuleRateLimitOptionsArgs
        {
            EnforceOnKey = "IP",
            ConformAction = "allow",
            ExceedAction = "deny(429)",
            RateLimitThreshold = new SecurityPolicyRuleRateLimitOptionsRateLimitThresholdArgs
            {
                Count = settings.RequestsPerMinutePerAddress,
                IntervalSec = 60,
            },
            // An address that exceeds three times the limit is banned for five minutes.
            BanThreshold = new SecurityPolicyRuleRateLimitOptionsBanThresholdArgs
            {
                Count = Math.Min(settings.RequestsPerMinutePerAddress * 3, 10_000),
                IntervalSec = 60,
            },
            BanDurationSec = 300,
        },
    });

    private static (string, Gcp.Compute.SecurityPolicyRuleArgs) Rule(
        string name, int priority, string expression, string description) => (name, new()
    {
        Priority = priority,
        Action = "deny(403)",
        Description = description,
        Match = new SecurityPolicyRuleMatchArgs { Expr = new SecurityPolicyRuleMatchExprArgs { Expression = expression } },
    });
}
