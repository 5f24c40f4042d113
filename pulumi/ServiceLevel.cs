using Pulumi;
using Pulumi.Gcp.Monitoring.Inputs;
using Gcp = Pulumi.Gcp;

namespace Spotify.Cloud;

/// <summary>A service level objective over 30 days.</summary>
/// <param name="Name">The resource name.</param>
/// <param name="Title">The objective, in one line.</param>
/// <param name="Goal">The ratio of good requests, below 1.</param>
/// <param name="Good">The indicator: which requests are good.</param>
/// <param name="Significance">The number of requests below which a high burn rate means nothing.</param>
/// <param name="Remedy">What the operator should do if the error budget burns too fast, in Markdown.</param>
internal sealed record Objective(
    string Name, string Title, double Goal, SloRequestBasedSliArgs Good, Significance Significance, string Remedy);

/// <summary>
/// The number of requests in the long window of an alert below which the alert does not fire. With little traffic, a single failed request
/// burns the budget of hours: https://sre.google/workbook/alerting-on-slos/#low-traffic-services-and-error-budget-alerting
/// </summary>
/// <param name="Filter">The Cloud Monitoring filter that selects the series of the requests: failed ones if the metric can tell.</param>
/// <param name="Requests">The minimum.</param>
internal sealed record Significance(string Filter, int Requests);

/// <summary>
/// An objective and the alerts on its burn rate: 2 % of the error budget in an hour, 5 % in six hours and 10 % in a day, which is the
/// longest lookback of Cloud Monitoring. Each alert has a long window, which shows that the problem is significant, and a short one, which
/// shows that it persists. All conditions must hold, including a minimum number of requests.
/// </summary>
/// <seealso href="https://sre.google/workbook/alerting-on-slos/"/>
/// <seealso href="https://cloud.google.com/stackdriver/docs/solutions/slo-monitoring/alerting-on-budget-burn-rate#alert-lookbacks"/>
internal sealed class ServiceLevel : ComponentResource
{
    private const int PeriodDays = 30;

    private static readonly (string Name, double Rate, TimeSpan Long, TimeSpan Short, AlertSeverity Severity)[] BurnRates =
    [
        ("fast", 14.4, TimeSpan.FromHours(1), TimeSpan.FromMinutes(5), AlertSeverity.Critical),
        ("slow", 6, TimeSpan.FromHours(6), TimeSpan.FromMinutes(30), AlertSeverity.Critical),
        ("steady", 3, TimeSpan.FromDays(1), TimeSpan.FromHours(2), AlertSeverity.Warning),
    ];

    /// <summary>Declares the resources.</summary>
    public ServiceLevel(Objective objective, Gcp.Monitoring.CustomService service, Alerts alerts, ComponentResource parent)
        : base("spotify:cloud:service-level", objective.Name, new ComponentResourceOptions { Parent = parent })
    {
        var own = new CustomResourceOptions { Parent = this };
        var slo = new Gcp.Monitoring.Slo(
            objective.Name,
            new()
            {
                Service = service.ServiceId,
                SloId = objective.Name,
                DisplayName = objective.Title,
                Goal = objective.Goal,
                RollingPeriodDays = PeriodDays,
                RequestBasedSli = objective.Good,
            },
            own);
        foreach (var (name, rate, longWindow, shortWindow, severity) in BurnRates)
        {
            var title = FormattableString.Invariant($"{objective.Title}: the error budget burns {rate} times too fast");
            alerts.Declare($"{objective.Name}-{name}-burn", severity, title, objective.Remedy, own,
                Above(longWindow), Above(shortWindow), IsSignificant(longWindow));

            AlertPolicyConditionArgs Above(TimeSpan window) => new()
            {
                DisplayName = FormattableString.Invariant($"Over {window.TotalMinutes} minutes"),
                ConditionThreshold = new AlertPolicyConditionConditionThresholdArgs
                {
                    Filter = Output.Format($"select_slo_burn_rate(\"{slo.Name}\", \"{Alerts.Seconds(window)}\")"),
                    Comparison = "COMPARISON_GT",
                    ThresholdValue = rate,
                    Duration = "0s",
                },
            };

            AlertPolicyConditionArgs IsSignificant(TimeSpan window) => new()
            {
                DisplayName = FormattableString.Invariant(
                    $"At least {objective.Significance.Requests} requests over {window.TotalMinutes} minutes"),
                ConditionThreshold = new AlertPolicyConditionConditionThresholdArgs
                {
                    Filter = objective.Significance.Filter,
                    Aggregations =
                    {
                        new AlertPolicyConditionConditionThresholdAggregationArgs
                        {
                            AlignmentPeriod = Alerts.Seconds(window), PerSeriesAligner = "ALIGN_DELTA", CrossSeriesReducer = "REDUCE_SUM",
                        },
                    },
                    Comparison = "COMPARISON_GT",
                    ThresholdValue = objective.Significance.Requests - 1,
                    Duration = "0s",
                },
            };
        }

        RegisterOutputs();
    }
}
