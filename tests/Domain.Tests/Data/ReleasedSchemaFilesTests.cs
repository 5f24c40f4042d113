using System.Security.Cryptography;
using Spotify.Domain.Data;

namespace Spotify.Domain.Tests.Data;

/// <summary>
/// Tests that released schema files are unchanged. A database applies each file once, so a change must be a new file, with its hash added
/// here.
/// </summary>
public sealed class ReleasedSchemaFilesTests
{
    private static readonly Dictionary<string, string> Released = new()
    {
        ["0001_catalog.sql"] = "e3832e7178f1899c956616bdf92d29834b3d30d96c58f526218b5057ea0c3007",
        ["0002_users.sql"] = "853cf0d7304c41f5a3b6d2da8358c70c6319b40986f7b88701a7cc9984043b4a",
        ["0003_search_documents.sql"] = "8d08da58b0bfc24fb23d2e22647c9de6431ff97cb6f4df13c6360943e083e338",
        ["0004_search_index.sql"] = "6d86353b4f4bacc6021c6146558f47510e2e3b1c1b3acce5304a990121c54c12",
        ["0005_playlists.sql"] = "c82bcab947953cae5f5f8561a1347359484fad2e9ce4e12456d0def81fa93f7a",
        ["0006_library.sql"] = "48c6f125c7f4d9b65a526a87acf48f9251fb59512f8ac7406e10bbf4a4d6701b",
        ["0007_uploads.sql"] = "71e826f34a028d0bcdef808a2ecc597dc2669d0c8c9e6f461139b02b0a24d415",
    };

    [Fact]
    public void Released_schema_files_are_unchanged()
    {
        var assembly = typeof(Schema).Assembly;
        foreach (var file in Schema.Current.Files)
        {
            using var content = assembly.GetManifestResourceStream("spanner/" + file.Name)!;
            Assert.True(Released.TryGetValue(file.Name, out var hash), $"{file.Name} is new. Add its hash: {Hash(content)}.");
            content.Position = 0;
            Assert.True(hash == Hash(content), $"{file.Name} is released and must not change.");
        }

        Assert.Equal(Released.Count, Schema.Current.Files.Count);
    }

    private static string Hash(Stream content) => Convert.ToHexStringLower(SHA256.HashData(content));
}
