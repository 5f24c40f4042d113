using Pulumi;
using Pulumi.Gcp.Monitoring.Inputs;
using Gcp = Pulumi.Gcp;

namespace Spotify.Cloud;

/// <summary>What share of requests is to be good within 30 days.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Title">What is promised.</param>
/// <param name="Goal">The share, below 1.</param>
/// <param name="Good">What is good, of all.</param>
/// <param name="Remedy">What to do when it is not kept.</param>
internal sealed record Objective(string Name, string Title, double Goal, SloRequestBasedSliArgs Good, string Remedy);

/// <summary>
/// An objective and the alerts on how fast its error budget is spent: at rates that spend 2 % of it in an hour, 5 % in six hours and 10 % in
/// a day, which is as far as Cloud Monitoring looks back. Each looks at a long window, which says that it matters, and at a short one, which says that it still goes on.
/// </summary>
/// <seealso href="https://sre.google/workbook/alerting-on-slos/"/>
/// <seealso href="https://cloud.google.com/stackdriver/docs/solutions/slo-monitoring/alerting-on-budget-burn-rate#alert-lookbacks"/>
internal sealed class ServiceLevel : ComponentResource
{
    private const int Days = 30;

    private static readonly (string Name, double Rate, TimeSpan Long, TimeSpan Short, AlertSeverity Severity)[] Burns =
    [
        ("fast", 14.4, TimeSpan.FromHours(1), TimeSpan.FromMinutes(5), AlertSeverity.Critical),
        ("slow", 6, TimeSpan.FromHours(6), TimeSpan.FromMinutes(30), AlertSeverity.Critical),
        ("steady", 3, TimeSpan.FromDays(1), TimeSpan.FromHours(2), AlertSeverity.Warning),
    ];

    /// <summary>Makes it.</summary>
    public ServiceLevel(Objective objective, Gcp.Monitoring.CustomService service, Alerts alerts, ComponentResource parent, Services services)
        : base("spotify:cloud:service-level", objective.Name, new ComponentResourceOptions { Parent = parent })
    {
        var own = new CustomResourceOptions { Parent = this };
        foreach (var needed in services.All) own.DependsOn.Add(needed);
        var slo = new Gcp.Monitoring.Slo(
            objective.Name,
            new()
            {
                Service = service.ServiceId, SloId = objective.Name, DisplayName = objective.Title, Goal = objective.Goal, RollingPeriodDays = Days,
                RequestBasedSli = objective.Good,
            },
            own);
        foreach (var (name, rate, longer, shorter, severity) in Burns)
        {
            var title = FormattableString.Invariant($"{objective.Title}: the error budget is spent {rate} times too fast");
            alerts.Make($"{objective.Name}-{name}-burn", severity, title, objective.Remedy, own, Above(longer), Above(shorter));

            AlertPolicyConditionArgs Above(TimeSpan window) => new()
            {
                DisplayName = FormattableString.Invariant($"Over {window.TotalMinutes} minutes"),
                ConditionThreshold = new AlertPolicyConditionConditionThresholdArgs
                {
                    Filter = Output.Format($"select_slo_burn_rate(\"{slo.Name}\", \"{Alerts.Seconds(window)}\")"), Comparison = "COMPARISON_GT", ThresholdValue = rate, Duration = "0s",
                },
            };
        }

        RegisterOutputs();
    }
}
