using Spotify.Web.Identity.Issuing;

namespace Spotify.Local.Identity;

/// <summary>The keys that sign the tokens of one machine, in <c>keys/tokens</c>.</summary>
internal sealed class TokenKeyFiles(DataDirectory data, TimeProvider time)
    : SigningKeyFiles(data, "tokens", TokenIssuer.Lifetime, time), ITokenKeys;
