using Spotify.Fixtures;
using static Spotify.Functions.Tests.Licenses.Issuing.LicenseStory;

namespace Spotify.Functions.Tests.Licenses.Issuing;

/// <summary>
/// Tests of sequences of what can happen to a license. After each step, the response is compared with a model of the service, the device
/// plays exactly what the model says, and never after the expiry of its newest license.
/// </summary>
public sealed class LicenseStateTests(LicenseServer offline) : IClassFixture<LicenseServer>
{
    private const int Steps = 3;
    private const int RandomStories = 40;
    private const int RandomSteps = 30;

    private static readonly Step[] OnService =
        [Step.Issue, Step.Renew, Step.Revoke, Step.EndPremium, Step.Suspend, Step.WithdrawRights, Step.Remove, Step.HalfLife];

    private static readonly Step[] All = Enum.GetValues<Step>();

    [Fact]
    public async Task Nothing_plays_after_its_expiry_in_any_order_of_steps()
    {
        var total = (int)Math.Pow(OnService.Length, Steps);
        var stories = await StartAsync(offline, "short", total);
        for (var number = 0; number < total; number++)
        {
            var steps = new Step[Steps + 2];
            (steps[0], steps[^1]) = (Step.Issue, Step.Renew);
            for (var (i, rest) = (1, number); i <= Steps; i++, rest /= OnService.Length) steps[i] = OnService[rest % OnService.Length];
            await TellAsync(stories[number], steps);
        }
    }

    [Fact]
    public async Task Nothing_plays_after_its_expiry_in_long_sequences()
    {
        var stories = await StartAsync(offline, "long", RandomStories);
        for (var seed = 0; seed < RandomStories; seed++)
        {
            var random = new Random(seed);
            await TellAsync(stories[seed], [.. Enumerable.Range(0, RandomSteps).Select(_ => All[random.Next(All.Length)])]);
        }
    }

    private static async Task TellAsync(LicenseStory story, Step[] steps)
    {
        using var _ = story;
        for (var i = 0; i < steps.Length; i++)
        {
            try
            {
                await story.TakeAsync(steps[i]);
            }
            catch (Exception e)
            {
                throw new InvalidOperationException($"{string.Join(", ", steps[..(i + 1)])}: {e.Message}", e);
            }
        }

        await story.EndAsync();
    }
}
