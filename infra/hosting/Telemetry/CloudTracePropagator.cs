using System.Diagnostics;
using System.Globalization;

namespace Spotify.Hosting.Telemetry;

/// <summary>
/// A propagator that reads the trace of a request from <c>traceparent</c> (W3C Trace Context) or, if the header is missing, from
/// <c>X-Cloud-Trace-Context</c>, which some of Google's services send instead. Outgoing requests carry <c>traceparent</c>.
/// </summary>
/// <seealso href="https://cloud.google.com/trace/docs/trace-context#legacy-http-header"/>
internal sealed class CloudTracePropagator : DistributedContextPropagator
{
    private const string LegacyHeader = "X-Cloud-Trace-Context";

    private static readonly DistributedContextPropagator W3C = CreateDefaultPropagator();

    /// <inheritdoc/>
    public override IReadOnlyCollection<string> Fields => W3C.Fields;

    /// <inheritdoc/>
    public override void Inject(Activity? activity, object? carrier, PropagatorSetterCallback? setter) =>
        W3C.Inject(activity, carrier, setter);

    /// <inheritdoc/>
    public override void ExtractTraceIdAndState(
        object? carrier, PropagatorGetterCallback? getter, out string? traceId, out string? traceState)
    {
        W3C.ExtractTraceIdAndState(carrier, getter, out traceId, out traceState);
        if (traceId is not null || getter is null) return;
        getter(carrier, LegacyHeader, out var value, out var values);
        traceId = ToTraceParent(value ?? values?.FirstOrDefault());
    }

    /// <inheritdoc/>
    public override IEnumerable<KeyValuePair<string, string?>>? ExtractBaggage(object? carrier, PropagatorGetterCallback? getter) =>
        W3C.ExtractBaggage(carrier, getter);

    /// <summary>Converts <c>TRACE_ID[/SPAN_ID][;o=OPTIONS]</c>, with a decimal span id, to a traceparent.</summary>
    /// <returns>The traceparent; null if the header is malformed.</returns>
    internal static string? ToTraceParent(string? header)
    {
        if (header is null || header.Length < 32) return null;
        var (trace, rest) = (header[..32], header[32..]);
        if (!trace.All(char.IsAsciiHexDigit) || trace.All(digit => digit == '0')) return null;
        var sampled = false;
        if (rest.IndexOf(";o=", StringComparison.Ordinal) is >= 0 and var options)
        {
            sampled = int.TryParse(rest.AsSpan(options + 3), NumberStyles.None, CultureInfo.InvariantCulture, out var bits)
                && (bits & 1) == 1;
            rest = rest[..options];
        }

        ulong span = 0;
        if (rest.Length > 0
            && (rest[0] != '/' || !ulong.TryParse(rest.AsSpan(1), NumberStyles.None, CultureInfo.InvariantCulture, out span))) return null;
        // A traceparent must not have the parent span 0, so 1 stands for an unknown span.
        return string.Create(
            CultureInfo.InvariantCulture, $"00-{trace.ToLowerInvariant()}-{(span == 0 ? 1 : span):x16}-{(sampled ? "01" : "00")}");
    }
}
