using Spotify.Domain;
using Spotify.Domain.Data;
using Spotify.Local.Commands;

namespace Spotify.Local.Tests.Training;

public sealed class FeedbackCommandTests : IDisposable
{
    private readonly TrainingHome home = new(new DateTimeOffset(2026, 11, 27, 0, 0, 0, TimeSpan.Zero));

    public void Dispose() => home.Dispose();

    [Fact]
    public async Task The_table_shows_surfaces_variants_and_reasons()
    {
        var (picks, plays) = (WarehouseSchema.Current.Table("generated_picks"), WarehouseSchema.Current.Table("plays"));
        var (now, listener, playlist) = (home.Clock.Now, SpotifyId.FromName("ada"), SpotifyId.FromName("playlist"));
        await home.Warehouse.AppendAsync(
            picks,
            [.. Enumerable.Range(0, 4).Select(i => picks.Row(
                now.AddMinutes(-10),
                ("event_id", $"pick {i}"), ("listener_id", listener), ("playlist_id", playlist), ("surface", "discover-weekly"),
                ("period", "2026-11-23"), ("track_id", $"track {i}"), ("position", i), ("reason_kind", i == 0 ? "popular" : "fill"),
                ("model_version", "model-1"), ("variant", "default"), ("generated_at", now.AddMinutes(-10))))],
            default);
        await home.Warehouse.AppendAsync(
            plays,
            [
                plays.Row(
                    now,
                    ("event_id", "play"), ("listener_id", listener), ("market", "SE"), ("type", "track"), ("playable_id", "track 0"),
                    ("ended_at", now), ("received_at", now), ("played_ms", 180_000L), ("end_reason", "completed"), ("engagement", 1000L),
                    ("context_uri", $"spotify:playlist:{playlist}"), ("is_private", false)),
            ],
            default);

        var lines = await RunAsync();
        Assert.Equal(4, lines.Length);
        Assert.StartsWith("surface          variant  model  reason", lines[0], StringComparison.Ordinal);
        Assert.Matches("^discover-weekly  default  any    all      4      1 .* 0.250 ", lines[1]);
        Assert.Matches("^discover-weekly  default  any    fill     3 .* 0.000 ", lines[2]);
        Assert.Matches(@"^discover-weekly  default  any    popular  1 .* 1.000 \(0.207–1.000\)", lines[3]);
        Assert.Contains("model-1", (await RunAsync("--models"))[1]);
        Assert.Equal(2, await CommandLine.RunAsync(["feedback", "--days", "0"], TextWriter.Null, TextWriter.Null));
    }

    private async Task<string[]> RunAsync(params string[] options)
    {
        var (output, error) = (new StringWriter(), new StringWriter());
        Assert.Equal(0, await CommandLine.RunAsync(["feedback", "--data", home.Data.Root, .. options], output, error, home.Clock));
        return output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }
}
