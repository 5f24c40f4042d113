using Pulumi;
using Pulumi.Gcp.Billing.Inputs;
using Pulumi.Gcp.Monitoring.Inputs;
using Gcp = Pulumi.Gcp;

namespace Spotify.Cloud;

/// <summary>The dashboard, alerts, objectives, uptime check and budget.</summary>
internal sealed class Observability : Layer
{
    private const string LoadBalancer = "resource.type=\"https_lb_rule\" AND resource.labels.backend_target_type=\"BACKEND_SERVICE\"";
    private const string Playback = "resource.type=\"cloud_run_revision\" AND resource.labels.service_name=\"playback\"";

    // Ten failed requests are an outage on any stack. Of a hundred requests, a single slow one is within every objective.
    private const int FailedRequests = 10;
    private const int Requests = 100;

    private static readonly double[] BudgetThresholds = [0.5, 0.9, 1];

    private readonly StackSettings settings;
    private readonly Alerts alerts;

    /// <summary>Declares the resources.</summary>
    /// <param name="domain">The domain name of the deployment.</param>
    /// <param name="functions">The functions.</param>
    public Observability(
        StackSettings settings, ProjectFacts project, Output<string> domain, Services services, IReadOnlyList<CloudFunction> functions)
        : base("observability", services)
    {
        this.settings = settings;
        var channel = new Gcp.Monitoring.NotificationChannel(
            "operator", new() { DisplayName = "Operator", Type = "email", Labels = { ["email_address"] = settings.AlertEmail } }, Own);
        alerts = new Alerts(channel);

        var metrics = LogMetrics.All.Select(metric => metric.Declare(Own)).ToList();
        var background = functions.Where(function => !function.IsPublic).Select(function => function.Name);
        foreach (var alert in Alerts.Of(settings, background)) alerts.Declare(alert, After(metrics));
        DeclareObjectives();
        DeclareUptimeCheck(domain);
        if (settings.BillingAccount is { } account) DeclareBudget(account, project, channel);

        var dashboard = new Gcp.Monitoring.Dashboard("dashboard", new() { DashboardJson = Dashboard.Json() }, After(metrics));
        DashboardUrl = dashboard.Id.Apply(id =>
            $"https://console.cloud.google.com/monitoring/dashboards/builder/{id.Split('/')[^1]}?project={settings.Project}");
        RegisterOutputs();
    }

    /// <summary>The URL of the dashboard.</summary>
    public Output<string> DashboardUrl { get; }

    // Only server errors count against an objective; 4xx responses do not.
    private void DeclareObjectives()
    {
        var api = new Gcp.Monitoring.CustomService("api", new() { ServiceId = "api", DisplayName = "API" }, Own);
        var playback = new Gcp.Monitoring.CustomService("playback", new() { ServiceId = "playback", DisplayName = "Playback" }, Own);
        const string requests = "metric.type=\"loadbalancing.googleapis.com/https/request_count\" AND " + LoadBalancer;
        const string failedRequests = requests + " AND metric.labels.response_code_class=500";
        const string playbackRequests = "metric.type=\"run.googleapis.com/request_count\" AND " + Playback;
        const string failedPlaybackRequests = playbackRequests + " AND metric.labels.response_code_class=\"5xx\"";

        _ = new ServiceLevel(
            new Objective(
                "api-availability", "99.9 % of API requests succeed", 0.999,
                Ratio(requests, failedRequests),
                new Significance(failedRequests, FailedRequests),
                "The dashboard's chart of function requests shows the failing function; Error Reporting shows the errors."),
            api, alerts, this);
        _ = new ServiceLevel(
            new Objective(
                "api-latency", "99 % of API requests take at most 100 ms", 0.99,
                Within(100, "metric.type=\"loadbalancing.googleapis.com/https/backend_latencies\" AND " + LoadBalancer),
                new Significance(requests, Requests),
                "The dashboard's chart of latencies shows the slow function. "
                + "If it starts new instances frequently, set `KeepsWarm` of its size. If the database is slow, check its CPU."),
            api, alerts, this);
        _ = new ServiceLevel(
            new Objective(
                "playback-availability", "99.9 % of playback authorizations succeed", 0.999,
                Ratio(playbackRequests, failedPlaybackRequests),
                new Significance(failedPlaybackRequests, FailedRequests),
                "Open the errors of `playback` in Error Reporting, and the database's CPU on the dashboard."),
            playback, alerts, this);
        // The goal is 95 %, because the first requests of a new instance exceed the budget of 30 ms.
        _ = new ServiceLevel(
            new Objective(
                "playback-latency", "95 % of playback authorizations take at most 30 ms", 0.95,
                Within(30, "metric.type=\"run.googleapis.com/request_latencies\" AND " + Playback),
                new Significance(playbackRequests, Requests),
                "Playback makes one database query: check the database's latency and CPU on the dashboard. "
                + "If many instances are new, raise `warmInstances`."),
            playback, alerts, this);
    }

    private void DeclareUptimeCheck(Output<string> domain)
    {
        var check = new Gcp.Monitoring.UptimeCheckConfig(
            "healthz",
            new()
            {
                DisplayName = "Uptime",
                Timeout = "10s",
                Period = "60s",
                SelectedRegions = { "USA", "EUROPE", "ASIA_PACIFIC", "SOUTH_AMERICA" },
                MonitoredResource = new UptimeCheckConfigMonitoredResourceArgs
                {
                    Type = "uptime_url",
                    Labels = { ["host"] = domain, ["project_id"] = settings.Project },
                },
                HttpCheck = new UptimeCheckConfigHttpCheckArgs
                {
                    Path = "/healthz",
                    Port = 443,
                    UseSsl = true,
                    ValidateSsl = true,
                    AcceptedResponseStatusCodes = { new UptimeCheckConfigHttpCheckAcceptedResponseStatusCodeArgs { StatusValue = 200 } },
                },
            },
            Own);
        alerts.Declare(
            "uptime", AlertSeverity.Critical, "The service cannot be reached from outside",
            "Open the URL yourself. If the certificate is not active yet, check that the domain resolves to the stack's `address`; "
            + "activation takes up to an hour. Otherwise check the logs of the load balancer and of `catalog`.",
            Own,
            Condition(
                "More than one location fails", check, "check_passed", "COMPARISON_GT", 1,
                new()
                {
                    AlignmentPeriod = "300s",
                    PerSeriesAligner = "ALIGN_NEXT_OLDER",
                    CrossSeriesReducer = "REDUCE_COUNT_FALSE",
                    GroupByFields = { "resource.label.*" },
                }));
        alerts.Declare(
            "certificate", AlertSeverity.Critical, "The certificate expires within two weeks",
            "Google renews the certificate a month before it expires, provided that the domain resolves to the stack's `address` only. "
            + "Fix the DNS records, including AAAA records if there are any.",
            Own,
            Condition(
                "Days until expiry", check, "time_until_ssl_cert_expires", "COMPARISON_LT", 14,
                new()
                {
                    AlignmentPeriod = "1200s",
                    PerSeriesAligner = "ALIGN_NEXT_OLDER",
                    CrossSeriesReducer = "REDUCE_MIN",
                    GroupByFields = { "resource.label.*" },
                }));
    }

    private static AlertPolicyConditionArgs Condition(
        string title, Gcp.Monitoring.UptimeCheckConfig check, string metric, string comparison, double threshold,
        AlertPolicyConditionConditionThresholdAggregationArgs aggregation) => new()
    {
        DisplayName = title,
        ConditionThreshold = new AlertPolicyConditionConditionThresholdArgs
        {
            Filter = check.UptimeCheckId.Apply(id =>
                $"metric.type=\"monitoring.googleapis.com/uptime_check/{metric}\" "
                + $"AND resource.type=\"uptime_url\" AND metric.label.check_id=\"{id}\""),
            Comparison = comparison,
            ThresholdValue = threshold,
            Duration = "60s",
            Aggregations = { aggregation },
        },
    };

    private void DeclareBudget(string account, ProjectFacts project, Gcp.Monitoring.NotificationChannel channel)
    {
        var arguments = new Gcp.Billing.BudgetArgs
        {
            BillingAccount = account,
            DisplayName = $"Spotify ({settings.Project})",
            Amount = new BudgetAmountArgs
            {
                SpecifiedAmount = new BudgetAmountSpecifiedAmountArgs { Units = FormattableString.Invariant($"{settings.MonthlyBudget}") },
            },
            BudgetFilter = new BudgetBudgetFilterArgs { Projects = { $"projects/{project.Number}" }, CalendarPeriod = "MONTH" },
            AllUpdatesRule = new BudgetAllUpdatesRuleArgs { MonitoringNotificationChannels = { channel.Id } },
        };
        foreach (var threshold in BudgetThresholds)
            arguments.ThresholdRules.Add(new BudgetThresholdRuleArgs { ThresholdPercent = threshold, SpendBasis = "CURRENT_SPEND" });
        arguments.ThresholdRules.Add(new BudgetThresholdRuleArgs { ThresholdPercent = 1, SpendBasis = "FORECASTED_SPEND" });
        _ = new Gcp.Billing.Budget("month", arguments, Own);
    }

    private static SloRequestBasedSliArgs Ratio(string total, string bad) =>
        new() { GoodTotalRatio = new SloRequestBasedSliGoodTotalRatioArgs { TotalServiceFilter = total, BadServiceFilter = bad } };

    private static SloRequestBasedSliArgs Within(double milliseconds, string distribution) => new()
    {
        DistributionCut = new SloRequestBasedSliDistributionCutArgs
        {
            DistributionFilter = distribution, Range = new SloRequestBasedSliDistributionCutRangeArgs { Min = 0, Max = milliseconds },
        },
    };
}
