using System.Buffers.Text;
using System.Security.Cryptography;
using Spotify.Contracts;
using Spotify.Domain.Ports;
using Spotify.Fixtures;
using Spotify.Local.Signing;

namespace Spotify.Local.Tests.Signing;

/// <summary>The key files of one machine pass the contract of <see cref="IMasterKeys"/>.</summary>
public sealed class MasterKeyFilesTests : MasterKeysContract, IDisposable
{
    private readonly DirectoryInfo directory = Directory.CreateTempSubdirectory("spotify-");
    private readonly ManualTimeProvider clock = new();
    private string repaired = "";

    private string Keys => Path.Combine(directory.FullName, "keys", "content");

    private string KeyFile => Directory.GetFiles(Keys).Max(StringComparer.Ordinal)!;

    public void Dispose() => directory.Delete(recursive: true);

    [Fact]
    public async Task A_new_key_is_random_and_readable_only_by_its_owner()
    {
        var ring = await Start().OpenAsync(default);
        Assert.Equal(ring.CurrentId + ".key", Path.GetFileName(KeyFile));
        Assert.Equal(ring.Key(ring.CurrentId).ToArray(), Base64Url.DecodeFromChars(await File.ReadAllTextAsync(KeyFile)));
        if (!OperatingSystem.IsWindows()) Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(KeyFile));
        File.Delete(KeyFile);
        var other = await Start().OpenAsync(default);
        Assert.NotEqual(ring.Key(ring.CurrentId).ToArray(), other.Key(other.CurrentId).ToArray());
    }

    [Theory]
    [InlineData("")]
    [InlineData("AAAA")]
    [InlineData("not base64url, but also 43 characters long!")]
    public async Task A_damaged_file_is_named(string content)
    {
        await Start().OpenAsync(default);
        await File.WriteAllTextAsync(KeyFile, content);
        var error = await Assert.ThrowsAsync<MasterKeysUnavailableException>(async () => await Start().OpenAsync(default));
        Assert.Contains(KeyFile, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_rest_of_a_file_that_was_being_written_is_ignored()
    {
        var ring = await Start().OpenAsync(default);
        await File.WriteAllTextAsync(Path.Combine(Keys, "20990101T000000Z.key.00FF00FF00FF00FF"), "AAAA");
        Assert.Equal(ring.CurrentId, (await Start().OpenAsync(default)).CurrentId);
    }

    protected override IMasterKeys Start() => new MasterKeyFiles(new DataDirectory(directory.FullName), clock);

    protected override async Task<string> BreakAsync()
    {
        repaired = await File.ReadAllTextAsync(KeyFile);
        await File.WriteAllTextAsync(KeyFile, repaired[1..]);
        return repaired[1..];
    }

    protected override Task RepairAsync() => File.WriteAllTextAsync(KeyFile, repaired);

    protected override Task RotateAsync() => File.WriteAllTextAsync(
        Path.Combine(Keys, "20990101T000000Z.key"), Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32)) + "\n");
}
