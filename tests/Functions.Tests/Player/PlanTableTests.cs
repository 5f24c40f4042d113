using System.Net;
using Spotify.Fixtures;
using Spotify.Functions.Player.Plans;

namespace Spotify.Functions.Tests.Player;

/// <summary>Tests of the table of commands and plans: each row, with both plans, on the own device and on another one.</summary>
public sealed class PlanTableTests(PlayerHost host) : IClassFixture<PlayerHost>
{
    private static readonly string[] Plans = ["free", "premium", "family", "student"];

    public static TheoryData<PlayerCommand, string, bool> Cells
    {
        get
        {
            var cells = new TheoryData<PlayerCommand, string, bool>();
            foreach (var rule in CommandRules.All)
                foreach (var plan in Plans)
                    foreach (var isOwn in (bool[])[true, false]) cells.Add(rule.Command, plan, isOwn);
            return cells;
        }
    }

    [Fact]
    public void The_table_has_each_command_once() => Assert.Equal(PlayerCommands.All, CommandRules.All.Select(rule => rule.Command));

    [Theory]
    [MemberData(nameof(Cells))]
    public async Task A_plan_allows_a_command_as_the_table_says(PlayerCommand command, string plan, bool isOwn)
    {
        var user = $"{command}-{plan}-{isOwn}";
        var phone = await host.DeviceAsync(user, "phone", plan);
        var laptop = await host.DeviceAsync(user, "laptop", plan);
        await phone.PlayAsync(offset: 1);
        await laptop.PlayAsync(offset: 2);
        await laptop.ReportAsync($$"""{"revision":{{await laptop.RevisionAsync()}}}""");
        var revision = await laptop.RevisionAsync();
        var (method, path, body) = Request(command);
        var sender = isOwn ? laptop : phone;
        if (command == PlayerCommand.Transfer) body = """{"device_ids":["phone"],"play":true}""";
        if (command == PlayerCommand.Transfer) sender = isOwn ? phone : laptop;

        if (CommandRules.Allow(command, isOwn, plan != "free"))
        {
            await sender.DoAsync(method, path, body);
            Assert.Equal(revision + 1, await sender.RevisionAsync());
        }
        else
        {
            Assert.Equal(
                "Player command failed: Premium required",
                await sender.FailAsync(HttpStatusCode.Forbidden, "PREMIUM_REQUIRED", method, path, body));
            Assert.Equal(revision, await sender.RevisionAsync());
        }
    }

    [Theory]
    [InlineData("free", false)]
    [InlineData("premium", true)]
    public async Task An_app_without_a_device_controls_remotely(string plan, bool isAllowed)
    {
        var user = $"remote-{plan}";
        var phone = await host.DeviceAsync(user, "phone", plan);
        await phone.PlayAsync();
        var app = await host.AppAsync(user, plan);
        if (isAllowed) await app.DoAsync("PUT", "/pause");
        else await app.FailAsync(HttpStatusCode.Forbidden, "PREMIUM_REQUIRED", "PUT", "/pause");
        // Reading needs no plan.
        await app.AssertPlaysAsync(PlayerHost.Track(0), "phone", isPlaying: !isAllowed);
        await app.GetAsync("GET", "/queue");
        await app.GetAsync("GET", "/devices");
    }

    [Fact]
    public async Task A_listener_without_Premium_takes_over_with_the_own_device()
    {
        var phone = await host.DeviceAsync("free-takeover", "phone", "free");
        var laptop = await host.DeviceAsync("free-takeover", "laptop", "free");
        await phone.PlayAsync();

        await laptop.DoAsync("PUT", "/play?device_id=laptop");

        await phone.AssertPlaysAsync(PlayerHost.Track(0), "laptop");
    }

    [Fact]
    public async Task The_plan_of_the_row_counts_and_not_that_of_the_token()
    {
        var phone = await host.DeviceAsync("upgraded", "phone", "free");
        await phone.PlayAsync();
        await phone.Http.GetJsonAsync("/v1/me");
        var app = new PlayerApp(host, "upgraded", phone.Http, null);
        await app.FailAsync(HttpStatusCode.Forbidden, "PREMIUM_REQUIRED", "PUT", "/pause");
        await host.Server.WriteAsync(Domain.Data.Mutation.Update(
            Domain.Users.User.Table, ("UserId", "upgraded"), ("Product", "student")));
        await app.DoAsync("PUT", "/pause");
    }

    [Theory]
    [InlineData("docs/player.md")]
    [InlineData("README.md")]
    public void The_documentation_has_the_table(string file)
    {
        var rows = File.ReadAllLines(Repository.PathOf(file));
        Assert.All(CommandRules.All, rule => Assert.Contains(
            $"| {rule.Command.WireName()} | {Name(rule.OwnDevice)} | {Name(rule.OtherDevice)} |", rows));

        static string Name(RequiredPlan plan) => plan == RequiredPlan.Any ? "any" : "Premium";
    }

    private static (string Method, string Path, string? Body) Request(PlayerCommand command) => command switch
    {
        PlayerCommand.Play => ("PUT", "/play", $$"""{"context_uri":"{{PlayerHost.LongUri}}"}"""),
        PlayerCommand.Pause => ("PUT", "/pause", null),
        PlayerCommand.Next => ("POST", "/next", null),
        PlayerCommand.Previous => ("POST", "/previous", null),
        PlayerCommand.Seek => ("PUT", "/seek?position_ms=1000", null),
        PlayerCommand.Repeat => ("PUT", "/repeat?state=context", null),
        PlayerCommand.Shuffle => ("PUT", "/shuffle?state=true", null),
        PlayerCommand.Volume => ("PUT", "/volume?volume_percent=1", null),
        PlayerCommand.Queue => ("POST", $"/queue?uri={PlayerHost.Track(9)}", null),
        _ => ("PUT", "", null),
    };
}
