using System.Collections.Immutable;

namespace Spotify.Cloud.Tests.Mocks;

internal static class References
{
    public static IEnumerable<string> Check(ImmutableArray<Declared> all) => [];
}
