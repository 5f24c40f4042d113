using System.Buffers.Binary;
using System.Buffers.Text;
using System.Formats.Cbor;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace Spotify.Functions.Tests.Accounts;

/// <summary>A browser with an authenticator that has one P-256 credential. Tests set what is wrong with its answers.</summary>
internal sealed class SoftwareAuthenticator(string origin) : IDisposable
{
    private const byte HasCredential = 0x40;

    private readonly ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public string Origin { get; set; } = origin;

    public bool IsCrossOrigin { get; set; }

    /// <summary>The relying party whose hash is signed; null for that of the question.</summary>
    public string? RelyingParty { get; set; }

    /// <summary>The flags of the authenticator data: the user is present and verified.</summary>
    public byte Flags { get; set; } = 0x05;

    public uint Counter { get; set; }

    public string? Type { get; set; }

    public byte[] CredentialId { get; set; } = RandomNumberGenerator.GetBytes(16);

    /// <summary>The user handle, which the first question contains.</summary>
    public byte[]? UserHandle { get; set; }

    /// <summary>Whether the signature is of something else.</summary>
    public bool SignsWrongly { get; set; }

    /// <summary>Answers <c>navigator.credentials.create</c>.</summary>
    public JsonObject Create(JsonNode options)
    {
        UserHandle = Base64Url.DecodeFromChars((string)options["user"]!["id"]!);
        var point = key.ExportParameters(includePrivateParameters: false).Q;
        var writer = new CborWriter(CborConformanceMode.Ctap2Canonical);
        writer.WriteStartMap(5);
        foreach (var (label, number) in new[] { (1, 2), (3, -7), (-1, 1) })
        {
            writer.WriteInt32(label);
            writer.WriteInt32(number);
        }

        writer.WriteInt32(-2);
        writer.WriteByteString(point.X!);
        writer.WriteInt32(-3);
        writer.WriteByteString(point.Y!);
        writer.WriteEndMap();
        byte[] data =
        [
            .. AuthenticatorData((string)options["rp"]!["id"]!, HasCredential), .. new byte[16], 0, (byte)CredentialId.Length,
            .. CredentialId, .. writer.Encode(),
        ];

        var attestation = new CborWriter(CborConformanceMode.Ctap2Canonical);
        attestation.WriteStartMap(3);
        attestation.WriteTextString("fmt");
        attestation.WriteTextString("none");
        attestation.WriteTextString("attStmt");
        attestation.WriteStartMap(0);
        attestation.WriteEndMap();
        attestation.WriteTextString("authData");
        attestation.WriteByteString(data);
        attestation.WriteEndMap();
        return Credential(new JsonObject
        {
            ["clientDataJSON"] = Base64Url.EncodeToString(ClientData(Type ?? "webauthn.create", options)),
            ["attestationObject"] = Base64Url.EncodeToString(attestation.Encode()),
            ["transports"] = new JsonArray("internal"),
        });
    }

    /// <summary>Answers <c>navigator.credentials.get</c>.</summary>
    public JsonObject Get(JsonNode options)
    {
        var clientData = ClientData(Type ?? "webauthn.get", options);
        var data = AuthenticatorData((string)options["rpId"]!, 0);
        byte[] signed = SignsWrongly ? data : [.. data, .. SHA256.HashData(clientData)];
        var response = new JsonObject
        {
            ["clientDataJSON"] = Base64Url.EncodeToString(clientData),
            ["authenticatorData"] = Base64Url.EncodeToString(data),
            ["signature"] = Base64Url.EncodeToString(
                key.SignData(signed, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence)),
        };
        if (UserHandle is not null) response["userHandle"] = Base64Url.EncodeToString(UserHandle);
        return Credential(response);
    }

    public void Dispose() => key.Dispose();

    private JsonObject Credential(JsonObject response) => new()
    {
        ["id"] = Base64Url.EncodeToString(CredentialId),
        ["rawId"] = Base64Url.EncodeToString(CredentialId),
        ["type"] = "public-key",
        ["clientExtensionResults"] = new JsonObject(),
        ["response"] = response,
    };

    private byte[] ClientData(string type, JsonNode options) => Encoding.UTF8.GetBytes(new JsonObject
    {
        ["type"] = type, ["challenge"] = (string)options["challenge"]!, ["origin"] = Origin, ["crossOrigin"] = IsCrossOrigin,
    }.ToJsonString());

    private byte[] AuthenticatorData(string relyingParty, byte flags)
    {
        var counter = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(counter, Counter);
        return [.. SHA256.HashData(Encoding.UTF8.GetBytes(RelyingParty ?? relyingParty)), (byte)(Flags | flags), .. counter];
    }
}
