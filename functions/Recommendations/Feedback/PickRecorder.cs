using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Spotify.Domain;
using Spotify.Domain.Data;
using Spotify.Domain.Ports;
using Spotify.Recommendations.Ranking;

namespace Spotify.Functions.Recommendations.Feedback;

/// <summary>A generated playlist as it was written.</summary>
/// <param name="ListenerId">The listener's pseudonym; null if the listener has none yet.</param>
/// <param name="PlaylistId">The playlist's id.</param>
/// <param name="Surface">The surface.</param>
/// <param name="Period">The period that the playlist was generated for.</param>
/// <param name="ModelVersion">The version of the model; null if there was none.</param>
/// <param name="Variant">The name of the listener's variant.</param>
/// <param name="GeneratedAt">When the playlist was generated.</param>
/// <param name="Picks">The tracks in the order of the playlist, with the reasons.</param>
public sealed record RecordedPicks(
    string? ListenerId,
    string PlaylistId,
    string Surface,
    string Period,
    string? ModelVersion,
    string Variant,
    DateTimeOffset GeneratedAt,
    IReadOnlyList<(string TrackId, PickKind Reason)> Picks);

/// <summary>
/// A recorder of picks in the warehouse, for a sample of the listeners. Recording is best effort: a failure is logged and counted, because
/// a playlist is worth more than its feedback.
/// </summary>
public sealed partial class PickRecorder
{
    /// <summary>The meter's name.</summary>
    public const string MeterName = "Spotify.Picks";

    private static readonly WarehouseTable Table = WarehouseSchema.Current.Table("generated_picks");

    private readonly IWarehouse warehouse;
    private readonly IOptions<FeedbackOptions> options;
    private readonly ILogger<PickRecorder> logger;
    private readonly Counter<long> picks;

    /// <summary>Creates a recorder.</summary>
    public PickRecorder(IWarehouse warehouse, IOptions<FeedbackOptions> options, IMeterFactory meters, ILogger<PickRecorder> logger)
    {
        (this.warehouse, this.options, this.logger) = (warehouse, options, logger);
        picks = meters.Create(MeterName).CreateCounter<long>(
            "spotify.picks.recorded", "{pick}", "Picks of generated playlists that were recorded for the feedback, by outcome.");
    }

    /// <summary>Records the picks of playlists that were written. Can be repeated with the same playlists.</summary>
    public async Task RecordAsync(IReadOnlyCollection<RecordedPicks> playlists, CancellationToken ct)
    {
        var rows = playlists.Where(IsSampled).SelectMany(Rows).ToList();
        if (rows.Count == 0) return;
        try
        {
            await warehouse.AppendAsync(Table, rows, ct);
            Count("recorded");
        }
        catch (Exception e) when (!ct.IsCancellationRequested)
        {
            LogFailure(rows.Count, e);
            Count("failed");
        }

        void Count(string outcome) => picks.Add(rows.Count, new KeyValuePair<string, object?>("outcome", outcome));
    }

    private bool IsSampled(RecordedPicks playlist) =>
        playlist.ListenerId is { } listener && ListenerSample.Place("feedback", listener) < options.Value.FeedbackSample;

    private static IEnumerable<WarehouseRow> Rows(RecordedPicks playlist) => playlist.Picks.Select((pick, position) => Table.Row(
        playlist.GeneratedAt,
        ("event_id", SpotifyId.FromName($"{playlist.PlaylistId}:{playlist.Period}:{pick.TrackId}")),
        ("listener_id", playlist.ListenerId),
        ("playlist_id", playlist.PlaylistId),
        ("surface", playlist.Surface),
        ("period", playlist.Period),
        ("track_id", pick.TrackId),
        ("position", position),
        ("reason_kind", PickReasonText.NameOf(pick.Reason)),
        ("model_version", playlist.ModelVersion ?? ""),
        ("variant", playlist.Variant),
        ("generated_at", playlist.GeneratedAt)));

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Picks} picks could not be recorded.")]
    private partial void LogFailure(int picks, Exception exception);
}

/// <summary>The registration of <see cref="PickRecorder"/> and <see cref="RankingVariants"/>.</summary>
public static class FeedbackServices
{
    /// <summary>Registers the variants, with options bound from <c>Recommendations</c>.</summary>
    public static IServiceCollection AddRankingVariants(this IServiceCollection services)
    {
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<FeedbackOptions>, FeedbackOptionsValidator>());
        services.AddOptions<FeedbackOptions>().BindConfiguration("Recommendations").ValidateOnStart();
        services.TryAddSingleton<RankingVariants>();
        return services;
    }

    /// <summary>Registers the recorder and the variants. Requires the warehouse.</summary>
    public static IServiceCollection AddPickRecorder(this IServiceCollection services)
    {
        services.AddRankingVariants();
        services.TryAddSingleton<PickRecorder>();
        return services;
    }
}
