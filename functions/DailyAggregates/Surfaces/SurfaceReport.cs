using System.Globalization;
using System.Text.Json.Nodes;

namespace Spotify.Functions.DailyAggregates.Surfaces;

/// <summary>The feedback on generated playlists for the operator: as JSON and as a table.</summary>
public static class SurfaceReport
{
    /// <summary>The days of a report, unless others are asked for.</summary>
    public const int Days = 28;

    /// <summary>Returns an object for each surface and variant, of all reasons.</summary>
    public static JsonArray Json(IEnumerable<SurfaceFeedback> feedback) =>
    [
        .. feedback.Where(row => row.ReasonKind == SurfaceFeedback.AllReasons).Select(row => (JsonNode)new JsonObject
        {
            ["surface"] = row.Surface,
            ["variant"] = row.Variant,
            ["picks"] = row.Picks,
            ["precision"] = Rate(row.Precision),
            ["save_rate"] = Rate(row.SaveRate),
            ["skip_rate"] = Rate(row.SkipRate),
        }),
    ];

    /// <summary>Returns the lines of a table, the first one with the names of its columns.</summary>
    public static IEnumerable<string> Lines(IReadOnlyList<SurfaceFeedback> feedback)
    {
        string[][] rows =
        [
            [
                "surface", "variant", "model", "reason", "picks", "listeners", "plays", "completions", "skips", "saves", "precision",
                "save rate", "skip rate",
            ],
            .. feedback.Select(row => (string[])
            [
                row.Surface, row.Variant, row.ModelVersion switch { null => "any", "" => "none", var version => version }, row.ReasonKind,
                Text(row.Picks), Text(row.Listeners), Text(row.Plays), Text(row.Completions), Text(row.Skips), Text(row.Saves),
                Text(row.Precision), Text(row.SaveRate), Text(row.SkipRate),
            ]),
        ];
        var widths = Enumerable.Range(0, rows[0].Length).Select(column => rows.Max(row => row[column].Length)).ToList();
        return rows.Select(row => string.Join("  ", row.Select((text, column) => text.PadRight(widths[column]))).TrimEnd());
    }

    private static JsonArray? Rate(RateEstimate rate) => double.IsNaN(rate.Rate)
        ? null
        : [.. new[] { rate.Rate, rate.Low, rate.High }.Select(value => (JsonNode)Math.Round(value, 4))];

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Text(RateEstimate rate) => double.IsNaN(rate.Rate)
        ? "-"
        : string.Create(CultureInfo.InvariantCulture, $"{rate.Rate:0.000} ({rate.Low:0.000}–{rate.High:0.000})");
}
