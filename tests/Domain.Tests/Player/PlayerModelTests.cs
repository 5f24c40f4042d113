using FsCheck;
using FsCheck.Fluent;
using Spotify.Domain.Tests.Player.Model;
using Spotify.Player;

namespace Spotify.Domain.Tests.Player;

/// <summary>Random commands of several devices, compared with a model.</summary>
public sealed class PlayerModelTests
{
    [Fact]
    public void State_follows_the_model_and_all_devices_converge() => Prop.ForAll<List<Step>>(steps =>
    {
        var session = Run(steps);
        foreach (var device in session.Model.Devices.ToList()) session.Catch(device);
        Assert.Empty(session.State.Commands);
        var json = PlayerStateJson.Serialize(session.State, session.Revision);
        Assert.Equivalent(session.State, PlayerStateJson.Parse(json), strict: true);
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(200).WithEndSize(150));

    [Fact]
    public void Previous_undoes_next() => Prop.ForAll<List<Step>>(steps =>
    {
        var session = Run(steps);
        if (session.Model.Active is not { } device || session.State is not { Item: not null, Previous.Count: < 50 } before) return;
        if (before.NeedsRestart || !session.Next(device)) return;
        session.Previous(device);
        var after = session.State;
        Assert.Equal(
            (before.Item.Uri, before.Item.Key, before.ContextKey ?? after.ContextKey), (after.Item!.Uri, after.Item.Key, after.ContextKey));
        Assert.Equal(before.Queue.Select(item => item.Uri), after.Queue.Select(item => item.Uri));
        Assert.Equal(before.Previous, after.Previous);
        Assert.Equal(before.Next.Select(item => item.Uri), after.Next.Take(before.Next.Count).Select(item => item.Uri));
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(200).WithEndSize(100));

    [Fact]
    public void A_repeated_command_returns_the_same_instance() => Prop.ForAll<List<Step>>(steps =>
    {
        var session = Run(steps);
        var (state, now) = (session.State, session.Now);
        foreach (var twice in new Func<PlayerState, PlayerState>[]
        {
            s => s.Pause(now), s => s.Resume(now), s => s.Seek(1000, now), s => s.SetRepeat(RepeatMode.Context),
            s => s.SetRepeat(RepeatMode.Off),
            s => s.WithShuffle(7, ContextWindow.Empty), s => s.WithShuffle(null, ContextWindow.Empty), s => s.Leave("d0", now),
            s => s.WithoutExpired(now), s => s.Activate("d1", true, now), s => s.Activate("d1", null, now), s => s.SetVolume("d1", 30),
            s => s.Acknowledge("d1", 10), s => s.RequestAutoplay(), s => s.WithAutoplay(s.AutoplayUid ?? "", [], now, 99),
            s => s.WithoutEnd(), s => s.WithoutMoves("d1"), s => s.WithQueue([]),
            s => s.WithQueue([new ContextItem("", "spotify:track:a", 5), new ContextItem("", "spotify:track:a", 5)]),
            s => s.ShortenLease("d1", TimeSpan.FromSeconds(30), now), s => s.Renew("d1", TimeSpan.FromMinutes(1), now),
        })
        {
            var once = twice(state);
            Assert.Same(once, twice(once));
        }
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(100));

    private static PlayerSession Run(List<Step> steps)
    {
        var session = new PlayerSession();
        foreach (var step in steps) session.Run(step);
        return session;
    }
}
