using System.Text.Json;
using Pulumi;
using Pulumi.Gcp.CloudScheduler.Inputs;
using Gcp = Pulumi.Gcp;

namespace Spotify.Cloud;

/// <summary>A function that is called at certain times.</summary>
/// <param name="Name">The job's name.</param>
/// <param name="Function">The function, by name.</param>
/// <param name="Path">Where it is called.</param>
/// <param name="Cron">When, in the form of unix-cron.</param>
/// <param name="TimeZone">The zone that the times are of.</param>
/// <param name="Body">The JSON that it is given; null: none.</param>
internal sealed record ScheduledCall(string Name, string Function, string Path, string Cron, string TimeZone = "Etc/UTC", string? Body = null);

/// <summary>What happens by the clock.</summary>
internal sealed class Schedule : Layer
{
    // The CDN keeps what it was asked for lately: once early, and again shortly before.
    private static readonly TimeSpan[] WarmBefore = [TimeSpan.FromHours(3), TimeSpan.FromMinutes(30)];

    private static readonly ScheduledCall[] Always =
    [
        new("object-removals", "object-removals", "/tasks/object-removals", "*/10 * * * *"),
    ];

    /// <summary>Makes it.</summary>
    public Schedule(StackSettings settings, ProjectFacts project, Identity identity, IReadOnlyList<DeployedFunction> functions, Services services) : base("schedule", services)
    {
        foreach (var call in Always.Concat(Warming(settings)))
        {
            var function = functions.Single(function => function.Row.Name == call.Function);
            foreach (var (region, deployed) in function.ByRegion)
            {
                var url = project.RunUrl(call.Function, region);
                var target = new JobHttpTargetArgs
                {
                    HttpMethod = "POST",
                    Uri = url + call.Path,
                    OidcToken = new JobHttpTargetOidcTokenArgs { ServiceAccountEmail = identity.Scheduler.Email, Audience = url },
                };
                if (call.Body is { } body)
                {
                    target.Body = Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(body));
                    target.Headers.Add("Content-Type", "application/json");
                }

                _ = new Gcp.CloudScheduler.Job(
                    $"{call.Name}-{region}",
                    new()
                    {
                        Name = $"{call.Name}-{region}",
                        Region = region,
                        Schedule = call.Cron,
                        TimeZone = call.TimeZone,
                        AttemptDeadline = FormattableString.Invariant($"{function.Row.Timeout.TotalSeconds}s"),
                        RetryConfig = new JobRetryConfigArgs { RetryCount = 3, MinBackoffDuration = "10s", MaxBackoffDuration = "120s", MaxDoublings = 4 },
                        HttpTarget = target,
                    },
                    After(deployed));
            }
        }

        RegisterOutputs();
    }

    /// <summary>The calls that fill the CDN before a release, by functions of every region.</summary>
    internal static IEnumerable<ScheduledCall> Warming(StackSettings settings)
    {
        if (settings.Release is not { } release) return [];
        var body = JsonSerializer.Serialize(new Dictionary<string, IEnumerable<string>> { ["albums"] = release.Albums });
        return WarmBefore.Select((before, i) =>
        {
            var at = release.At.UtcDateTime - before;
            return new ScheduledCall(
                FormattableString.Invariant($"cdn-warming-{i + 1}"), "cdn-warming", "/tasks/cdn-warming",
                FormattableString.Invariant($"{at.Minute} {at.Hour} {at.Day} {at.Month} *"), Body: body);
        });
    }
}
