namespace Spotify.Cloud.Tests.Mocks;

internal static class Limits
{
    public static IEnumerable<string> Check(Declared resource) => [];
}
