using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Spotify.Functions.Recommendations.Feedback;

/// <summary>Samples of listeners by a hash of their pseudonym.</summary>
internal static class ListenerSample
{
    /// <summary>Returns a number from 0 to 1, exclusively, that is evenly distributed over the listeners.</summary>
    /// <param name="purpose">The purpose of the sample. Samples for different purposes are independent of each other.</param>
    /// <param name="listenerId">The listener's pseudonym.</param>
    public static double Place(string purpose, string listenerId)
    {
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes($"{purpose}:{listenerId}"));
        return BinaryPrimitives.ReadUInt32BigEndian(hash) / (uint.MaxValue + 1.0);
    }
}
