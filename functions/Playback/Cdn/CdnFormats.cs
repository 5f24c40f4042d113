using Spotify.Domain.Signing;

namespace Spotify.Functions.Playback.Cdn;

/// <summary>The supported formats of signed URLs, by their names in the configuration.</summary>
internal static class CdnFormats
{
    public static IReadOnlyList<IUrlSigner> All { get; } = [new CloudCdnSigner(), new PartnerCdnSigner()];

    public static string Names { get; } = string.Join(", ", All.Select(format => format.Format));

    public static IUrlSigner? Find(string name) => All.FirstOrDefault(format => format.Format == name);
}
