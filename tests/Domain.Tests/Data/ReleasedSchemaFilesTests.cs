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
        ["0001_catalog.sql"] = "10059d59cbe5462228919e552472e7ef193163408e8e288303e6ab26555f89e2",
        ["0002_users.sql"] = "5d6236d36e86fbaf631ce4a8a9175b80f3b29da73cf1cbd3182a76674542bd0d",
        ["0003_search_documents.sql"] = "8d08da58b0bfc24fb23d2e22647c9de6431ff97cb6f4df13c6360943e083e338",
        ["0004_search_index.sql"] = "6d86353b4f4bacc6021c6146558f47510e2e3b1c1b3acce5304a990121c54c12",
        ["0005_playlists.sql"] = "4eb977af722c4723374f5b77abe935498b9fa270fe3666be33440810dbd62e12",
        ["0006_library.sql"] = "d95a39c86306774b41c04a444cdba316a94bec853e5bf794a729803c903ef6ae",
        ["0007_uploads.sql"] = "71e826f34a028d0bcdef808a2ecc597dc2669d0c8c9e6f461139b02b0a24d415",
        ["0008_accounts.sql"] = "f3054d5b826ba995c8ab9e1a2b3e6d75ead9dc0a6067a0f27251c15ef2c593d7",
        ["0009_passkeys.sql"] = "0596328b1136230664e9f18901c147c3138c66f8725166cc7b7f2ec88d66fd53",
        ["0010_account_checks.sql"] = "a347be7c919b5a38130996ecfa4535972b5009957fc1800f0ce390c2fa085631",
        ["0011_account_removals.sql"] = "46c34810dbfb5477e47e02d5bef5374aac01097f49ef39d59b532c928b3f8c4c",
        ["0012_search.sql"] = "f2863c0339d0b940d772c947679c5a4a1ba81e947a11a95b7628357998c55860",
        ["0013_search_index.sql"] = "ffa33605c9fd4dd3ad5646402bc57182e4c0d9d2339141e621e9b986e4c2b14f",
        ["0014_history.sql"] = "1dc2e38325824dd2ed3335599f0649cc21b7e183a2b24a0ae9a716d9f0b867fd",
        ["0015_taste.sql"] = "c1599df50712f6e22eb66b2685adf98146781db924347c6e025db3ebe303cae6",
        ["0016_audio_features.sql"] = "a8b6f1545d8d5cfdea6973e3c3500cdbe5d28b5979a6182e2e368a985c477129",
        ["0017_ad_history.sql"] = "ebc18b7f599b8f59e991ef0a97755610ab901ceccf43026119273fcd724fc5be",
        ["0018_personal_playlists.sql"] = "aa5ee69849394fcdfa3dbb8c4d7ea1f0149f3edc63d45ff983118c9b718c7823",
        ["0019_blends.sql"] = "53e0abe29a278eca75d9115e6d5677dafdce3ad46d7fc1fdbc47f3dacf567f9c",
        ["0020_offline.sql"] = "00cb87d594f03af8c5e86167cc0883c12dc62d4621b89326f86898fce9391ba1",
        ["0021_resume_points.sql"] = "7699ac60d717e769071753b4ae7b3933b51fedc31e08acd7760d76bf8541afe4",
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
