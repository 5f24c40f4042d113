using System.CommandLine;
using Microsoft.Extensions.Options;
using Spotify.Domain.Data;
using Spotify.Functions.DailyAggregates;
using Spotify.Functions.DailyAggregates.Surfaces;
using Spotify.Local.Warehouse;

namespace Spotify.Local.Commands;

/// <summary><c>feedback</c>: the feedback of listeners on generated playlists. The home may serve meanwhile.</summary>
internal static class FeedbackCommand
{
    public static Command Create(TimeProvider time)
    {
        var data = ServeCommand.DataOption();
        var days = new Option<int>("--days")
        {
            Description = "The days on which the playlists were generated, from 1 to 400.",
            DefaultValueFactory = _ => SurfaceReport.Days,
        };
        days.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() is < 1 or > 400) result.AddError("--days must be from 1 to 400.");
        });
        var models = new Option<bool>("--models") { Description = "Tell the versions of the model apart." };
        var command = new Command("feedback", "Show the feedback of listeners on generated playlists.") { data, days, models };
        command.SetAction((parsed, ct) => RunAsync(
            parsed.GetRequiredValue(data), parsed.GetValue(days), parsed.GetValue(models), time, parsed.InvocationConfiguration.Output,
            ct));
        return command;
    }

    private static async Task<int> RunAsync(
        string dataPath, int days, bool byModel, TimeProvider time, TextWriter output, CancellationToken ct)
    {
        using var warehouse = new SqliteWarehouse(new DataDirectory(dataPath).Warehouse, WarehouseSchema.Current);
        var surfaces = new SurfaceAggregator(warehouse, Options.Create(new DailyAggregatesOptions()), time);
        await surfaces.CalculateAsync(now: true, ct);
        foreach (var line in SurfaceReport.Lines(await surfaces.ReportAsync(days, byModel, ct))) await output.WriteLineAsync(line);
        return 0;
    }
}
