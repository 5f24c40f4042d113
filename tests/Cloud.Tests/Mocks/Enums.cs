namespace Spotify.Cloud.Tests.Mocks;

internal static class Enums
{
    public static IEnumerable<string> Check(Declared resource) => [];
}
