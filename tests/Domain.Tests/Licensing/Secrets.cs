using System.Buffers.Text;

namespace Spotify.Domain.Tests.Licensing;

/// <summary>Checks that a text contains no key in any usual encoding.</summary>
internal static class Secrets
{
    public static void AssertAbsent(string text, params byte[][] keys)
    {
        foreach (var key in keys)
        {
            Assert.DoesNotContain(Base64Url.EncodeToString(key)[..20], text, StringComparison.Ordinal);
            Assert.DoesNotContain(Convert.ToBase64String(key)[..20], text, StringComparison.Ordinal);
            Assert.DoesNotContain(Convert.ToHexString(key)[..20], text, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain(string.Join(", ", key.Take(8)), text, StringComparison.Ordinal);
        }
    }
}
