using System.Globalization;
using System.IO.Compression;
using System.Text.Json;
using System.Text.RegularExpressions;
using Spotify.Domain;
using Spotify.Domain.Data;
using Spotify.Domain.Ports;
using Spotify.Recommendations;
using Spotify.Recommendations.Factors;
using Spotify.Recommendations.Tracks;
using Spotify.Recommendations.Training;

namespace Spotify.ModelTraining;

/// <summary>
/// The factor model fitted by BigQuery ML, for interactions that outgrow one machine, with the statements of <c>infra/bigquery/ml</c>.
/// Requires a warehouse in BigQuery with a slot reservation.
/// </summary>
/// <remarks>
/// BigQuery ML minimizes the textbook's objective: confidence 1 + alpha·rating, and the same regularization for all rows. The ratings are
/// ln(1 + weight / scale), which <see cref="FactorOptions.WeightScale"/> repeats at the fold-in. Listeners whose exclusions or private
/// sessions the warehouse does not know are left out as a whole.
/// </remarks>
/// <param name="database">The listeners.</param>
/// <param name="warehouse">The warehouse in BigQuery.</param>
/// <param name="objects">The store of exports.</param>
/// <param name="bucket">The bucket of exports.</param>
/// <param name="reader">The weights of the signals.</param>
/// <param name="time">The clock.</param>
/// <seealso href="https://cloud.google.com/bigquery/docs/reference/standard-sql/bigqueryml-syntax-create-matrix-factorization"/>
public sealed partial class BigQueryMlFactors(
    IDatabase database, IWarehouse warehouse, IObjectStore objects, string bucket, TrainingReaderOptions reader, TimeProvider time)
    : IFactorSource
{
    private const int PageLength = 10_000;

    private static readonly Statement LeftOut = new(
        """
        SELECT Listeners.ListenerId FROM Listeners
        WHERE Listeners.ListenerId > @after AND (
          Listeners.SuspectUntil > @now
          OR EXISTS (SELECT TasteExclusions.UserId FROM TasteExclusions WHERE TasteExclusions.UserId = Listeners.UserId)
          OR EXISTS (SELECT PrivateSessions.UserId FROM PrivateSessions WHERE PrivateSessions.UserId = Listeners.UserId)
          OR EXISTS (SELECT AccountRemovals.UserId FROM AccountRemovals WHERE AccountRemovals.UserId = Listeners.UserId))
        ORDER BY Listeners.ListenerId LIMIT @limit
        """,
        ("after", ColumnType.String), ("now", ColumnType.Timestamp), ("limit", ColumnType.Int64));

    /// <summary>The options of the objective of BigQuery ML, with which listeners must be folded in.</summary>
    /// <param name="options">The options of the training, of which the numbers of factors and iterations are used.</param>
    public static FactorOptions OptionsOf(FactorOptions options) => options with
    {
        Alpha = 40, UnobservedWeight = 1, WeightScale = 1, Regularization = 1, RegularizationExponent = 0,
    };

    /// <inheritdoc/>
    public async Task<FactorModel> FitAsync(
        TrainingInput input, TrainingOptions options, IProgress<TrainingProgress>? progress, CancellationToken ct)
    {
        progress?.Report(new TrainingProgress("BigQuery ML", 0, 1));
        var (factors, period) = (OptionsOf(options.Factors), await TrainingPeriod.ReadAsync(warehouse, time.GetUtcNow(), reader, ct));
        var prefix = $"{TrainingReader.ExportFolder}/{Guid.NewGuid():N}/";
        await WriteLeftOutAsync(prefix, ct);
        await ExecuteAsync("left_out_listeners", new() { ["bucket"] = bucket, ["prefix"] = prefix }, ct);
        await foreach (var written in objects.ListAsync(prefix, ct)) await objects.DeleteAsync(written.Name, ct);
        await ExecuteAsync("factors", ValuesOf(factors, period), ct);
        var export = new WarehouseExport(
            new WarehouseStatement(Read("factor_weights")), ("track_id", ColumnType.String), ("factors", ColumnType.String));
        var rows = export.ReadAsync(warehouse, objects, Parameters.None, TrainingReader.ExportFolder, ct);
        var model = await ConvertAsync(rows, input.Data.Tracks, factors, ct);
        progress?.Report(new TrainingProgress("BigQuery ML", 1, 1));
        return model;
    }

    /// <summary>
    /// Converts the factors of <c>ML.WEIGHTS</c> to a factor model. Tracks that BigQuery ML has not seen have zeros, and the factors of
    /// other tracks are ignored.
    /// </summary>
    /// <param name="rows">The columns track_id, and factors: an array of objects with factor and weight.</param>
    /// <param name="tracks">The tracks.</param>
    /// <param name="options">The options of the fit.</param>
    /// <param name="ct">Cancels the call.</param>
    /// <exception cref="InvalidDataException">The factors of a track are damaged, or no track of the model has any.</exception>
    public static async Task<FactorModel> ConvertAsync(
        IAsyncEnumerable<Row> rows, TrackTable tracks, FactorOptions options, CancellationToken ct)
    {
        var (vectors, found) = (new float[checked(tracks.Count * options.Factors)], 0);
        await foreach (var row in rows.WithCancellation(ct))
        {
            var id = row.String("track_id");
            if (!SpotifyId.TryParse(id, out var number) || !tracks.TryFind(number, out var track)) continue;
            Fill(vectors.AsSpan(track * options.Factors, options.Factors), row.String("factors"), id);
            found++;
        }

        if (found == 0) throw new InvalidDataException("BigQuery ML has factors of none of the tracks.");
        return FactorModel.Create(options, vectors, Environment.ProcessorCount);
    }

    /// <summary>Returns a statement of <c>infra/bigquery/ml</c> with values.</summary>
    /// <exception cref="ArgumentException">A value is missing.</exception>
    private static string Format(string statement, IReadOnlyDictionary<string, string> values) => WordPattern().Replace(
        Read(statement),
        word => values.TryGetValue(word.Groups[1].Value, out var value)
            ? value
            : throw new ArgumentException($"{statement} needs {word.Value}.", nameof(values)));

    private Dictionary<string, string> ValuesOf(FactorOptions factors, TrainingPeriod period) => new()
    {
        ["factors"] = Text(factors.Factors),
        ["iterations"] = Text(factors.Iterations),
        ["alpha"] = Text(factors.Alpha),
        ["regularization"] = Text(factors.Regularization),
        ["weight_scale"] = Text(factors.WeightScale),
        ["half_life"] = Text(period.HalfLifeDays),
        ["playlist_add"] = Text(reader.PlaylistAdd),
        ["saved_track"] = Text(reader.SavedTrack),
        ["from"] = period.From.ToString("O", CultureInfo.InvariantCulture),
        ["to"] = period.To.ToString("O", CultureInfo.InvariantCulture),
        ["end"] = period.End.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture),
    };

    private static void Fill(Span<float> vector, string factors, string id)
    {
        try
        {
            using var json = JsonDocument.Parse(factors);
            var weights = json.RootElement.EnumerateArray().ToDictionary(
                factor => Number(factor.GetProperty("factor")), factor => factor.GetProperty("weight").GetSingle());
            // The documentation does not say whether the first factor is 0 or 1.
            var first = weights.ContainsKey(0) ? 0 : 1;
            if (weights.Count != vector.Length) throw new FormatException($"There are {weights.Count} factors.");
            for (var i = 0; i < vector.Length; i++)
            {
                vector[i] = weights[first + i];
                if (!float.IsFinite(vector[i])) throw new FormatException("A weight is not finite.");
            }
        }
        catch (Exception e) when (e is JsonException or FormatException or InvalidOperationException or KeyNotFoundException
            or ArgumentException)
        {
            throw new InvalidDataException($"The factors of {id} are damaged: {e.Message}", e);
        }
    }

    // 64-bit integers may be text.
    private static int Number(JsonElement number) => number.ValueKind == JsonValueKind.String
        ? int.Parse(number.GetString()!, CultureInfo.InvariantCulture)
        : number.GetInt32();

    private async Task WriteLeftOutAsync(string prefix, CancellationToken ct)
    {
        var (after, number) = ("", 0);
        while (true)
        {
            var page = await database.QueryAsync(
                LeftOut,
                new Parameters { { "after", after }, { "now", time.GetUtcNow() }, { "limit", PageLength } },
                Staleness.Recent,
                ct).Select(row => row.String("ListenerId")).ToListAsync(ct);
            // An object without rows has no listener: LOAD DATA needs at least one object.
            using var content = new MemoryStream();
            await using (var compressed = new GZipStream(content, CompressionLevel.Fastest, leaveOpen: true))
            await using (var lines = new StreamWriter(compressed))
                foreach (var id in page.DefaultIfEmpty("")) await lines.WriteAsync($"{{\"listener_id\":\"{id}\"}}\n");
            content.Position = 0;
            var name = string.Create(CultureInfo.InvariantCulture, $"{prefix}{number++:000000}{WarehouseExport.Extension}");
            await objects.WriteAsync(name, content, new WriteOptions("application/gzip"), ct);
            if (page.Count < PageLength) return;
            after = page[^1];
        }
    }

    private Task ExecuteAsync(string statement, Dictionary<string, string> values, CancellationToken ct) =>
        warehouse.ExecuteAsync(new WarehouseStatement(Format(statement, values)), Parameters.None, ct);

    private static string Text(double value) => value.ToString(CultureInfo.InvariantCulture);

    private static string Read(string statement)
    {
        var name = $"bigquery-ml/{statement}.sql";
        using var stream = typeof(BigQueryMlFactors).Assembly.GetManifestResourceStream(name)
            ?? throw new ArgumentException($"There is no {name}.", nameof(statement));
        using var text = new StreamReader(stream);
        return text.ReadToEnd();
    }

    [GeneratedRegex("{([a-z_]+)}")]
    private static partial Regex WordPattern();
}
