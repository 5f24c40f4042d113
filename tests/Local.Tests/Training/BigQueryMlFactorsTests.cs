using System.Globalization;
using System.IO.Compression;
using Spotify.Domain;
using Spotify.Domain.Data;
using Spotify.Domain.Ports;
using Spotify.ModelTraining;
using Spotify.Recommendations.Factors;
using Spotify.Recommendations.Interactions;
using Spotify.Recommendations.Training;

namespace Spotify.Local.Tests.Training;

/// <summary>
/// The factor model of BigQuery ML, from rows in the documented format of <c>ML.WEIGHTS</c>. There is no emulator of BigQuery ML, so its
/// statements are compared as texts only.
/// </summary>
public sealed class BigQueryMlFactorsTests : IDisposable
{
    private readonly TrainingHome home = new(new DateTimeOffset(2026, 12, 2, 0, 0, 0, TimeSpan.Zero));
    private readonly Mock<IWarehouse> warehouse = new();
    private readonly List<string> executed = [];
    private readonly List<string> loaded = [];

    public BigQueryMlFactorsTests()
    {
        home.AddListener("ada");
        home.AddArtist("a", 4);
    }

    public void Dispose() => home.Dispose();

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task The_fold_in_on_converted_factors_is_the_solution_of_the_objective_of_BigQuery_ML(int first)
    {
        float[][] vectors = [[0.3f, -0.2f], [0.5f, 0.1f], [-0.4f, 0.7f]];
        var model = await FitAsync(
        [
            .. vectors.Select((vector, i) => Line($"a{i + 1}", first, vector)), """{"track_id":"0000000000000000000001","factors":"[]"}""",
        ]);
        var (tracks, options) = ((await home.ReadAsync()).Data.Tracks, model.Options);
        Assert.Equal((40f, 1f, 1f, 0f), (options.Alpha, options.UnobservedWeight, options.Regularization, options.RegularizationExponent));
        int Row(string track) => tracks.TryFind(home.Number(track), out var row) ? row : throw new ArgumentException(track);
        Assert.Equal(vectors[2], model.Track(Row("a3")).ToArray());
        Assert.Equal([0f, 0f], model.Track(Row("a4")).ToArray());

        var listener = new float[2];
        model.FoldIn([new Preference(Row("a1"), 3), new Preference(Row("a3"), 0.5f)], listener);
        // (Σ c·y·yᵀ + λ·I) x = Σ c·p·y, with c = 1 + alpha·ln(1 + w), and c = 1, p = 0 for the others.
        var (a, b, d, u, v) = (1.0, 0.0, 1.0, 0.0, 0.0);
        foreach (var (vector, weight) in vectors.Zip([3, 0, 0.5]))
        {
            var c = 1 + (40 * Math.Log(1 + weight));
            (a, b, d) = (a + (c * vector[0] * vector[0]), b + (c * vector[0] * vector[1]), d + (c * vector[1] * vector[1]));
            if (weight > 0) (u, v) = (u + (c * vector[0]), v + (c * vector[1]));
        }

        var determinant = (a * d) - (b * b);
        Assert.Equal(((d * u) - (b * v)) / determinant, listener[0], 4);
        Assert.Equal(((a * v) - (b * u)) / determinant, listener[1], 4);
    }

    [Fact]
    public async Task Listeners_with_exclusions_or_private_sessions_suspects_and_removed_accounts_are_left_out()
    {
        home.AddListener("excluding");
        home.Exclude("excluding", "spotify:track:0000000000000000000001");
        home.AddListener("private");
        home.Add("PrivateSessions", ("UserId", "private"), ("StartedAt", home.End.AddDays(-5)), ("EndsAt", home.End.AddDays(-4)));
        home.AddListener("bot", suspectUntil: home.Clock.Now.AddDays(1));
        home.AddListener("gone", isRemoved: true);
        await FitAsync([Line("a1", 1, [1, 2])]);
        Assert.Equal(
            new[] { "excluding", "private", "bot", "gone" }.Select(TrainingHome.Listener).Order(StringComparer.Ordinal),
            loaded.Order(StringComparer.Ordinal));
        Assert.Empty(await home.Objects.ListAsync("exports/", default).ToListAsync());
    }

    [Fact]
    public async Task The_statements_have_the_weights_of_the_training()
    {
        home.Play("ada", "a1");
        await FitAsync([Line("a1", 1, [1, 2])]);
        Assert.StartsWith("-- Replaces the listeners", executed[0], StringComparison.Ordinal);
        Assert.Contains("FROM FILES (format = 'JSON', uris = ['gs://bucket/exports/training/", executed[0], StringComparison.Ordinal);
        Assert.Contains(
            "  num_factors = 2, wals_alpha = 40, l2_reg = 1, max_iterations = 15, data_split_method = 'NO_SPLIT'\n", executed[1],
            StringComparison.Ordinal);
        Assert.Contains("LN(1 + SUM(weight) / 1) AS rating", executed[1], StringComparison.Ordinal);
        Assert.Contains(
            "engagement / 1000 * POW(0.5, GREATEST(0, TIMESTAMP_DIFF(TIMESTAMP '2026-12-02 00:00:00Z', ended_at, SECOND)) / 86400 / 180)",
            executed[1], StringComparison.Ordinal);
        Assert.Contains("CASE kind WHEN 'saved' THEN 2 ELSE -2 END", executed[1], StringComparison.Ordinal);
        Assert.All(executed, sql => Assert.DoesNotContain("{", sql, StringComparison.Ordinal));
        Assert.All(executed, sql => Assert.Equal(sql.Count(c => c == '('), sql.Count(c => c == ')')));
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("no JSON")]
    [InlineData("""[{"factor":1,"weight":1},{"factor":1,"weight":2}]""")]
    [InlineData("""[{"factor":1,"weight":1},{"factor":3,"weight":2}]""")]
    [InlineData("""[{"factor":1,"weight":1},{"factor":2,"weight":"NaN"}]""")]
    public async Task Damaged_factors_are_rejected(string factors)
    {
        var line = $$"""{"track_id":"{{home.TrackId("a1")}}","factors":{{System.Text.Json.JsonSerializer.Serialize(factors)}}}""";
        await Assert.ThrowsAsync<InvalidDataException>(() => FitAsync([line]));
    }

    [Fact]
    public async Task A_model_without_factors_is_rejected() => await Assert.ThrowsAsync<InvalidDataException>(() => FitAsync([]));

    private string Line(string track, int first, float[] vector)
    {
        var factors = vector.Select((weight, i) =>
            string.Create(CultureInfo.InvariantCulture, $$"""{\"factor\":{{first + i}},\"weight\":{{weight}}}""")).Reverse();
        return $$"""{"track_id":"{{home.TrackId(track)}}","factors":"[{{string.Join(',', factors)}}]"}""";
    }

    private async Task<FactorModel> FitAsync(string[] lines)
    {
        var input = await home.ReadAsync();
        warehouse.Setup(one => one.QueryAsync(It.IsAny<WarehouseStatement>(), It.IsAny<Parameters>(), It.IsAny<CancellationToken>()))
            .Returns((WarehouseStatement sql, Parameters values, CancellationToken ct) => home.Warehouse.QueryAsync(sql, values, ct));
        warehouse.Setup(one => one.ExecuteAsync(It.IsAny<WarehouseStatement>(), It.IsAny<Parameters>(), It.IsAny<CancellationToken>()))
            .Returns(async (WarehouseStatement sql, Parameters _, CancellationToken _) =>
            {
                executed.Add(sql.Sql);
                if (executed.Count > 1) return 0;
                var export = new WarehouseExport(new WarehouseStatement("SELECT 1"), ("listener_id", ColumnType.String));
                await foreach (var row in export.ReadAsync(home.Objects, "exports/", default))
                    if (row.String("listener_id").Length > 0) loaded.Add(row.String("listener_id"));
                return 0;
            });
        warehouse.Setup(one => one.ExportAsync(
                It.IsAny<WarehouseExport>(), It.IsAny<Parameters>(), It.IsAny<string>(), It.IsAny<CancellationToken>()))
            .Returns(async (WarehouseExport export, Parameters _, string prefix, CancellationToken ct) =>
            {
                Assert.Contains("FROM ML.WEIGHTS(MODEL factors)", export.Statement.Sql, StringComparison.Ordinal);
                using var content = new MemoryStream();
                await using (var compressed = new GZipStream(content, CompressionMode.Compress, leaveOpen: true))
                await using (var text = new StreamWriter(compressed))
                    foreach (var line in lines) await text.WriteAsync(line + "\n");
                content.Position = 0;
                await home.Objects.WriteAsync(prefix + "0.json.gz", content, new WriteOptions("application/gzip"), ct);
                return lines.Length;
            });
        var factors = new BigQueryMlFactors(
            home.Database, warehouse.Object, home.Objects, "bucket", new TrainingReaderOptions(), home.Clock);
        return await factors.FitAsync(input, new TrainingOptions { Factors = new FactorOptions { Factors = 2 } }, null, default);
    }
}
