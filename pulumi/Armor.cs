using Pulumi;
using Pulumi.Gcp.Compute.Inputs;
using Gcp = Pulumi.Gcp;

namespace Spotify.Cloud;

/// <summary>
/// Cloud Armor: who is not served, what is an attack, and how much an address may ask. It cannot tell listeners apart (the header that names them is
/// longer than it compares), so limits per listener are the functions' own.
/// </summary>
internal sealed class Armor
{
    private const int Everyone = int.MaxValue;

    // What searches hold is a listener's own text, and looks like an attack now and then: "Drop Table", "<3".
    private static readonly string[] FreeText = ["q", "cursor", "after", "before"];

    private static readonly string[] Written = ["name", "description"];

    private static readonly string[] Attacks = ["sqli-v33-stable", "xss-v33-stable", "lfi-v33-stable", "rfi-v33-stable", "rce-v33-stable", "scannerdetection-v33-stable", "protocolattack-v33-stable"];

    /// <summary>Makes the policies.</summary>
    public Armor(StackSettings settings, CustomResourceOptions options)
    {
        Functions = new Gcp.Compute.SecurityPolicy(
            "functions",
            new()
            {
                Name = "functions",
                Type = "CLOUD_ARMOR",
                // JSON bodies are looked into as JSON.
                AdvancedOptionsConfig = new SecurityPolicyAdvancedOptionsConfigArgs { JsonParsing = "STANDARD" },
                AdaptiveProtectionConfig = new SecurityPolicyAdaptiveProtectionConfigArgs
                {
                    Layer7DdosDefenseConfig = new SecurityPolicyAdaptiveProtectionConfigLayer7DdosDefenseConfigArgs { Enable = true },
                },
                Rules = [.. Geography(settings), Bots(), .. Attacks.Select(Attack), Limit(settings), Rest("allow")],
            },
            options);
        Buckets = new Gcp.Compute.SecurityPolicy(
            "buckets", new() { Name = "buckets", Type = "CLOUD_ARMOR_EDGE", Rules = [.. Geography(settings), Rest("allow")] }, options);
    }

    /// <summary>The policy of functions.</summary>
    public Gcp.Compute.SecurityPolicy Functions { get; }

    /// <summary>The policy of what the CDN keeps, which is asked before the cache is.</summary>
    public Gcp.Compute.SecurityPolicy Buckets { get; }

    private static IEnumerable<SecurityPolicyRuleArgs> Geography(StackSettings settings) => settings.BlockedCountries.IsEmpty ? [] :
    [
        Rule(100, "deny(403)", $"'[{string.Join(',', settings.BlockedCountries)}]'.contains(origin.region_code)", "Countries that are not served"),
    ];

    // Programs that look for holes and say so. Clients of every kind are welcome, and so nothing is made of an unknown name.
    private static SecurityPolicyRuleArgs Bots() => Rule(
        200, "deny(403)", "has(request.headers['user-agent']) && request.headers['user-agent'].lower().matches('sqlmap|nikto|nuclei|masscan|zgrab|wpscan')", "Scanners");

    private static SecurityPolicyRuleArgs Attack(string rules, int number)
    {
        var rule = Rule(1000 + number, "deny(403)", $"evaluatePreconfiguredWaf('{rules}', {{'sensitivity': 1}})", rules);
        // A cover comes as 256 KB of base64, and a playlist's description as anything.
        rule.PreconfiguredWafConfig = new SecurityPolicyRulePreconfiguredWafConfigArgs
        {
            Exclusions =
            {
                new SecurityPolicyRulePreconfiguredWafConfigExclusionArgs
                {
                    TargetRuleSet = rules,
                    // A parameter may be in the body, too.
                    RequestQueryParams = [.. FreeText.Concat(Written).Select(name => new SecurityPolicyRulePreconfiguredWafConfigExclusionRequestQueryParamArgs { Operator = "EQUALS", Value = name })],
                    RequestBodies = [.. Written.Select(name => new SecurityPolicyRulePreconfiguredWafConfigExclusionRequestBodyArgs { Operator = "EQUALS", Value = name })],
                },
            },
        };
        return rule;
    }

    private static SecurityPolicyRuleArgs Limit(StackSettings settings) => new()
    {
        Priority = 2000,
        Action = "rate_based_ban",
        Description = "Requests of an address",
        Match = Any(),
        RateLimitOptions = new SecurityPolicyRuleRateLimitOptionsArgs
        {
            EnforceOnKey = "IP",
            ConformAction = "allow",
            ExceedAction = "deny(429)",
            RateLimitThreshold = new SecurityPolicyRuleRateLimitOptionsRateLimitThresholdArgs { Count = settings.RequestsPerMinutePerAddress, IntervalSec = 60 },
            // Who goes on at several times that is shut out for a while.
            BanThreshold = new SecurityPolicyRuleRateLimitOptionsBanThresholdArgs { Count = Math.Min(settings.RequestsPerMinutePerAddress * 3, 10_000), IntervalSec = 60 },
            BanDurationSec = 300,
        },
    };

    private static SecurityPolicyRuleArgs Rest(string action) => new() { Priority = Everyone, Action = action, Description = "Everyone else", Match = Any() };

    private static SecurityPolicyRuleArgs Rule(int priority, string action, string expression, string description) => new()
    {
        Priority = priority,
        Action = action,
        Description = description,
        Match = new SecurityPolicyRuleMatchArgs { Expr = new SecurityPolicyRuleMatchExprArgs { Expression = expression } },
    };

    private static SecurityPolicyRuleMatchArgs Any() => new() { VersionedExpr = "SRC_IPS_V1", Config = new SecurityPolicyRuleMatchConfigArgs { SrcIpRanges = { "*" } } };
}
