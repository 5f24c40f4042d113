using Microsoft.Extensions.Options;
using Spotify.Licensing;
using Spotify.Licensing.Jose;
using Spotify.Web;
using Spotify.Web.Identity;
using Spotify.Web.Identity.Issuing;

namespace Spotify.Functions.Licenses.Keys;

/// <summary>
/// The time of the server, signed at most once per second. Devices keep the greatest time that they have received, and do not play
/// downloads while their clock is more than 60 seconds earlier.
/// </summary>
internal sealed class SignedServerTime(ILicenseKeys keys, IOptions<AccessTokenOptions> options, TimeProvider time) : IServerTime
{
    private readonly Lock signing = new();
    private volatile Signed? newest;

    /// <inheritdoc/>
    public string Current
    {
        get
        {
            var now = time.GetUtcNow();
            var second = now.ToUnixTimeSeconds();
            if (newest is { } signed && signed.Second == second) return signed.Text;
            lock (signing)
            {
                if (newest is { } other && other.Second == second) return other.Text;
                var text = ServerTime.Sign(options.Value.Issuer, now, JwsKey.Of(keys.Signing.Key));
                newest = new Signed(second, text);
                return text;
            }
        }
    }

    private sealed record Signed(long Second, string Text);
}
