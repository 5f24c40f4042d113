using System.Security.Cryptography;
using Spotify.Domain.Data;

namespace Spotify.Domain.Tests.Data;

/// <summary>
/// A schema file that has landed has been applied somewhere, and is not applied again: it never changes. What is to change comes in a new
/// file, whose hash is added here.
/// </summary>
public sealed class LandedFilesTests
{
    private static readonly Dictionary<string, string> Landed = new()
    {
        ["0001_catalog.sql"] = "5eaf6a9dd97ed1c4ab9d870d50fd5ba273bf8e5715486fe8719c60648caa58f2",
        ["0002_users.sql"] = "301b990b91bddd887a975c4ea848c2bbda4bfb2d6345a25ec950ffea44d7c719",
        ["0003_search_documents.sql"] = "9a09dbb5b0c5aa64808fbb37213f6a93b74da5d53e9696298590115b443315fa",
        ["0004_search_index.sql"] = "a25ea085e07ac176e53b5055de4b3719c12a92eb256341c0deae1c7127469523",
        ["0005_playlists.sql"] = "bcec2bd818b6da944cf58f4fb075629d5f62664fb9bf8be91b926e4c0caa40c9",
        ["0006_library.sql"] = "33f8365723d2b99d6d47463edee968062bbda821a9a452aa00bbd58d08791fae",
        ["0007_uploads.sql"] = "7df40f4fae7d47e50a8f0fbd7d6035c675029de294e4b9685fdfdc27b98f3fc4",
    };

    [Fact]
    public void Landed_files_are_as_they_landed()
    {
        var assembly = typeof(Schema).Assembly;
        foreach (var file in Schema.Current.Files)
        {
            using var content = assembly.GetManifestResourceStream("spanner/" + file.Name)!;
            Assert.True(Landed.TryGetValue(file.Name, out var hash), $"{file.Name} is new: add its hash, {Hash(content)}.");
            content.Position = 0;
            Assert.True(hash == Hash(content), $"{file.Name} has landed and must not change.");
        }

        Assert.Equal(Landed.Count, Schema.Current.Files.Count);
    }

    private static string Hash(Stream content) => Convert.ToHexStringLower(SHA256.HashData(content));
}
