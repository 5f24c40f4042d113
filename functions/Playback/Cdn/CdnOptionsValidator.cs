using Microsoft.Extensions.Options;
using Spotify.Domain.Signing;

namespace Spotify.Functions.Playback.Cdn;

/// <summary>The validator of <see cref="CdnOptions"/>. Reports all problems at once, at startup.</summary>
public sealed class CdnOptionsValidator(SigningKeys keys) : IValidateOptions<CdnOptions>
{
    /// <inheritdoc/>
    public ValidateOptionsResult Validate(string? name, CdnOptions options)
    {
        List<string> problems = [.. General(options), .. options.All.SelectMany(Problems), .. Together(options)];
        return problems.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
    }

    private static IEnumerable<string> General(CdnOptions options)
    {
        if (options.HalfLife <= TimeSpan.Zero) yield return $"{nameof(CdnOptions.HalfLife)} must be above 0, not {options.HalfLife}.";
        if (options.MinReporters < 2)
            yield return $"{nameof(CdnOptions.MinReporters)} must be 2 or more, not {options.MinReporters}: one client cannot decide.";
        if (!(options.UnhealthyShare <= 1))
            yield return $"{nameof(CdnOptions.UnhealthyShare)} must be at most 1, not {options.UnhealthyShare}.";
        if (!(options.HealthyShare > 0)) yield return $"{nameof(CdnOptions.HealthyShare)} must be above 0, not {options.HealthyShare}.";
        if (!(options.HealthyShare < options.UnhealthyShare))
            yield return $"{nameof(CdnOptions.HealthyShare)} must be below {nameof(CdnOptions.UnhealthyShare)}, or a CDN would flap.";
        if (options.ReportGrace < TimeSpan.Zero)
            yield return $"{nameof(CdnOptions.ReportGrace)} must be 0 or more, not {options.ReportGrace}.";
        if (options.MaxClients < 100) yield return $"{nameof(CdnOptions.MaxClients)} must be 100 or more, not {options.MaxClients}.";
    }

    private static IEnumerable<string> Together(CdnOptions options)
    {
        foreach (var name in Repeated(options.All.Select(cdn => cdn.Name))) yield return $"Two CDNs are named '{name}'.";
        var urls = options.All.Select(cdn => $"{cdn.BaseUrl?.TrimEnd('/') ?? "the request's own address"} in the format {cdn.Format}");
        foreach (var url in Repeated(urls))
            yield return $"Two CDNs have the same {nameof(CdnDefinition.BaseUrl)}, {url}, so failures cannot be assigned to one of them.";

        // Partner signatures do not cover the host: with a shared key, a client could report one CDN's failure as the other's.
        var partners = options.All.Where(cdn => cdn.Format == PartnerCdnSigner.FormatName).ToList();
        if (partners.Count > 1 && partners.Any(cdn => cdn.KeyName is null))
            yield return $"Several partner CDNs: each must have a {nameof(CdnDefinition.KeyName)} of its own.";
        foreach (var key in Repeated(partners.Select(cdn => cdn.KeyName).OfType<string>()))
            yield return $"Two partner CDNs share the key '{key}': each must have one of its own.";
    }

    private static IEnumerable<string> Repeated(IEnumerable<string> values) => values
        .GroupBy(value => value, StringComparer.OrdinalIgnoreCase)
        .Where(group => group.Skip(1).Any())
        .Select(group => group.Key);

    private IEnumerable<string> Problems(CdnDefinition cdn)
    {
        if (cdn.Name.Length == 0) yield return "A CDN has no name.";
        if (cdn.BaseUrl is not null && !IsBase(cdn.BaseUrl))
            yield return $"CDN '{cdn.Name}': {nameof(cdn.BaseUrl)} '{cdn.BaseUrl}' "
                + "must be scheme and host only, such as https://audio.example.";
        if (CdnFormats.Find(cdn.Format) is null)
            yield return $"CDN '{cdn.Name}': {nameof(cdn.Format)} '{cdn.Format}' is not one of {CdnFormats.Names}.";
        if (cdn.KeyName is not null && !keys.Ring.TryFind(cdn.KeyName, out _))
            yield return $"CDN '{cdn.Name}': there is no signing key named '{cdn.KeyName}'.";
        foreach (var latency in cdn.LatencyMsByMarket.Values.Prepend(cdn.LatencyMs))
        {
            if (!(latency > 0 && double.IsFinite(latency))) yield return $"CDN '{cdn.Name}': a latency must be above 0 ms, not {latency}.";
        }

        if (!(cdn.CostPerGb >= 0 && double.IsFinite(cdn.CostPerGb)))
            yield return $"CDN '{cdn.Name}': {nameof(cdn.CostPerGb)} must be 0 or more, not {cdn.CostPerGb}.";
    }

    private static bool IsBase(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var url)
        && url.Scheme is ("http" or "https")
        && url.PathAndQuery == "/"
        && url.Fragment.Length == 0
        && url.UserInfo.Length == 0;
}
