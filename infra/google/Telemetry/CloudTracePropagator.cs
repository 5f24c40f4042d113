using System.Diagnostics;
using System.Globalization;

namespace Spotify.Google.Telemetry;

/// <summary>
/// Takes the trace of a request from <c>traceparent</c> (W3C Trace Context), or else from <c>X-Cloud-Trace-Context</c>, which some of
/// Google's senders have in its place; passes on the former.
/// </summary>
/// <seealso href="https://cloud.google.com/trace/docs/trace-context#legacy-http-header"/>
internal sealed class CloudTracePropagator : DistributedContextPropagator
{
    private const string LegacyHeader = "X-Cloud-Trace-Context";

    private static readonly DistributedContextPropagator W3C = CreateDefaultPropagator();

    /// <inheritdoc/>
    public override IReadOnlyCollection<string> Fields => W3C.Fields;

    /// <inheritdoc/>
    public override void Inject(Activity? activity, object? carrier, PropagatorSetterCallback? setter) => W3C.Inject(activity, carrier, setter);

    /// <inheritdoc/>
    public override void ExtractTraceIdAndState(object? carrier, PropagatorGetterCallback? getter, out string? traceId, out string? traceState)
    {
        W3C.ExtractTraceIdAndState(carrier, getter, out traceId, out traceState);
        if (traceId is not null || getter is null) return;
        getter(carrier, LegacyHeader, out var value, out var values);
        traceId = ToTraceParent(value ?? values?.FirstOrDefault());
    }

    /// <inheritdoc/>
    public override IEnumerable<KeyValuePair<string, string?>>? ExtractBaggage(object? carrier, PropagatorGetterCallback? getter) => W3C.ExtractBaggage(carrier, getter);

    /// <summary><c>TRACE_ID[/SPAN_ID][;o=OPTIONS]</c>, the span in decimal, as a traceparent; null if it is something else.</summary>
    internal static string? ToTraceParent(string? header)
    {
        if (header is null || header.Length < 32 || header.AsSpan(0, 32).ContainsAnyExcept("0123456789abcdefABCDEF") || header.AsSpan(0, 32).Trim('0').IsEmpty) return null;
        var rest = header[32..];
        var sampled = false;
        if (rest.IndexOf(";o=", StringComparison.Ordinal) is >= 0 and var options)
        {
            sampled = int.TryParse(rest.AsSpan(options + 3), NumberStyles.None, CultureInfo.InvariantCulture, out var bits) && (bits & 1) == 1;
            rest = rest[..options];
        }

        ulong span = 0;
        if (rest.Length > 0 && (rest[0] != '/' || !ulong.TryParse(rest.AsSpan(1), NumberStyles.None, CultureInfo.InvariantCulture, out span))) return null;
        // A parent's span may not be 0 in a traceparent; any other says no less.
        return string.Create(CultureInfo.InvariantCulture, $"00-{header[..32].ToLowerInvariant()}-{(span == 0 ? 1 : span):x16}-{(sampled ? "01" : "00")}");
    }
}
