namespace Spotify.Cloud.Tests.Mocks;

internal static class Conflicts
{
    public static IEnumerable<string> Check(Declared resource) => [];
}
