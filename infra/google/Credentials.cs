using Google.Apis.Auth.OAuth2;
using Grpc.Auth;
using Grpc.Core;

namespace Spotify.Google;

/// <summary>
/// The application default credentials of the instance. All adapters share them, and so one access token. Emulators and test servers
/// get none.
/// </summary>
public sealed class Credentials
{
    // One scope for all services: the roles of the service account limit what the token can be used for.
    private const string Scope = "https://www.googleapis.com/auth/cloud-platform";

    private readonly Lazy<GoogleCredential> credential = new(() => GoogleCredential.GetApplicationDefault().CreateScoped(Scope));

    /// <summary>Returns the credential of REST clients.</summary>
    /// <param name="emulator">The address of the emulator; null or empty for the real service.</param>
    /// <returns>The credential; null for an emulator.</returns>
    public GoogleCredential? For(string? emulator) => string.IsNullOrEmpty(emulator) ? credential.Value : null;

    /// <summary>Returns the credentials of gRPC clients: insecure ones for an emulator.</summary>
    /// <inheritdoc cref="For" path="/param"/>
    public ChannelCredentials ForChannel(string? emulator) => For(emulator)?.ToChannelCredentials() ?? ChannelCredentials.Insecure;

    /// <summary>Fetches the access token, so that no request waits for it. Does nothing for an emulator.</summary>
    /// <inheritdoc cref="For" path="/param"/>
    /// <exception cref="InvalidOperationException">There are no application default credentials.</exception>
    public Task FetchAsync(string? emulator, CancellationToken ct) => FetchAsync(For(emulator), ct);

    /// <summary>Fetches the access token of a client's credential. Does nothing if it is null.</summary>
    public static Task FetchAsync(ITokenAccess? credential, CancellationToken ct) =>
        credential?.GetAccessTokenForRequestAsync(cancellationToken: ct) ?? Task.CompletedTask;
}
