using System.Text;
using System.Text.Json;
using Pulumi;
using Pulumi.Gcp.CloudScheduler.Inputs;
using Spotify.Functions.CdnWarming;
using Spotify.Web.Functions;
using Gcp = Pulumi.Gcp;

namespace Spotify.Cloud;

/// <summary>The jobs of Cloud Scheduler: the schedules of the functions, and CDN warming before a release.</summary>
internal sealed class SchedulerJobs : Layer
{
    // Warms the CDN twice, because it evicts objects that were not requested recently.
    private static readonly TimeSpan[] WarmBefore = [TimeSpan.FromHours(3), TimeSpan.FromMinutes(30)];

    private readonly ProjectFacts project;
    private readonly Identity identity;

    /// <summary>Declares the jobs.</summary>
    public SchedulerJobs(
        StackSettings settings, ProjectFacts project, Identity identity, IReadOnlyList<DeployedFunction> functions, Services services)
        : base("schedule", services)
    {
        (this.project, this.identity) = (project, identity);
        foreach (var deployed in functions)
        {
            var schedules = deployed.Function.Definition.Schedules;
            if (deployed.Function.Name == CdnWarmingFunction.Definition.Name) schedules = [.. schedules, .. Warming(settings)];
            foreach (var schedule in schedules)
                foreach (var region in deployed.ByRegion.Keys) Declare(deployed, schedule, region);
        }

        RegisterOutputs();
    }

    /// <summary>Returns the calls that warm the CDN before a release.</summary>
    internal static IEnumerable<Schedule> Warming(StackSettings settings)
    {
        if (settings.Release is not { } release) return [];
        var body = JsonSerializer.Serialize(new Dictionary<string, IEnumerable<string>> { ["albums"] = release.Albums });
        return WarmBefore.Select((before, i) =>
        {
            var at = release.At.UtcDateTime - before;
            var cron = FormattableString.Invariant($"{at.Minute} {at.Hour} {at.Day} {at.Month} *");
            return new Schedule(FormattableString.Invariant($"cdn-warming-{i + 1}"), CdnWarmingEndpoints.Path, cron) { Body = body };
        });
    }

    private void Declare(DeployedFunction deployed, Schedule schedule, string region)
    {
        var (function, url) = (deployed.Function, project.RunUrl(deployed.Function.Name, region));
        var policy = function.Definition.PolicyOf(schedule);
        var target = new JobHttpTargetArgs
        {
            HttpMethod = "POST",
            Uri = url + schedule.Path,
            OidcToken = new JobHttpTargetOidcTokenArgs { ServiceAccountEmail = identity.Scheduler.Email, Audience = url },
        };
        if (schedule.Body is { } body)
        {
            target.Body = Convert.ToBase64String(Encoding.UTF8.GetBytes(body));
            target.Headers.Add("Content-Type", "application/json");
        }

        _ = new Gcp.CloudScheduler.Job(
            $"{schedule.Name}-{region}",
            new()
            {
                Name = $"{schedule.Name}-{region}",
                Region = region,
                Schedule = schedule.Cron,
                TimeZone = schedule.TimeZone,
                AttemptDeadline = Seconds(policy.Deadline),
                RetryConfig = new JobRetryConfigArgs
                {
                    RetryCount = policy.MaxAttempts!.Value - 1,
                    MinBackoffDuration = Seconds(policy.MinBackoff),
                    MaxBackoffDuration = Seconds(policy.MaxBackoff),
                    MaxDoublings = 4,
                },
                HttpTarget = target,
            },
            After(deployed.ByRegion[region]));
    }

    private static string Seconds(TimeSpan time) => FormattableString.Invariant($"{time.TotalSeconds}s");
}
