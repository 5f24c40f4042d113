using Spotify.Fixtures;
using Spotify.Local.Identity;
using Spotify.Web.Identity.Issuing;

namespace Spotify.Local.Tests.Identity;

/// <summary>The rotation of the keys that sign licenses, by the files of the data directory.</summary>
public sealed class LicenseKeyRotationTests : IDisposable
{
    private static readonly TimeSpan Step = TimeSpan.FromHours(6);

    private readonly DirectoryInfo directory = Directory.CreateTempSubdirectory("spotify-");
    private readonly ManualTimeProvider clock = new();

    private string Keys => Path.Combine(directory.FullName, "keys", "licenses");

    public void Dispose() => directory.Delete(recursive: true);

    [Fact]
    public void A_key_is_published_for_three_days_before_its_first_signature_and_31_days_after_its_last_one()
    {
        var keys = Open();
        var (published, first, last) = (Times(), Times(), Times());
        for (var end = clock.Now.AddDays(200); clock.Now < end; clock.Advance(Step))
        {
            foreach (var key in keys.All) published.TryAdd(key.PublicKey.Kid, clock.Now);
            var signing = keys.Signing.PublicKey.Kid;
            first.TryAdd(signing, clock.Now);
            last[signing] = clock.Now;
            var expected = last.Where(key => clock.Now <= key.Value + ILicenseKeys.PublishedAfter).Select(key => key.Key);
            Assert.Superset(expected.ToHashSet(), keys.All.Select(key => key.PublicKey.Kid).ToHashSet());
            // The one that signs, the next one, and those whose licenses may be valid.
            Assert.InRange(keys.All.Count, 1, 4);
            Assert.Equal(keys.All.Count, Directory.GetFiles(Keys).Length);
        }

        Assert.InRange(first.Count, 6, 7);
        Assert.All(first.Skip(1), key => Assert.True(key.Value - published[key.Key] >= TokenKeyRotation.PublishedBefore));
        foreach (var (retired, next) in first.Keys.Zip(first.Keys.Skip(1)).Where(pair => clock.Now > first[pair.Second].AddDays(32)))
            Assert.DoesNotContain(keys.All, key => key.PublicKey.Kid == retired);

        static Dictionary<string, DateTimeOffset> Times() => [];
    }

    [Fact]
    public void All_keys_are_readable_only_by_their_owner()
    {
        if (OperatingSystem.IsWindows()) return;
        var keys = Open();
        _ = keys.All;
        clock.Advance(TimeSpan.FromDays(31));
        Assert.Equal(2, keys.All.Count);
        const UnixFileMode owner = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        foreach (var file in Directory.GetFiles(Keys)) Assert.Equal(owner, File.GetUnixFileMode(file));
        Assert.Equal(owner | UnixFileMode.UserExecute, File.GetUnixFileMode(Path.GetDirectoryName(Keys)!));
    }

    [Theory]
    [InlineData("-----BEGIN PRIVATE KEY-----\nMIGHAgEAMBMGByqGSM49")]
    [InlineData("")]
    public void A_damaged_file_is_named_and_read_again_once_it_is_repaired(string content)
    {
        var kid = Open().Signing.PublicKey.Kid;
        var file = Directory.GetFiles(Keys).Single();
        var pem = File.ReadAllText(file);
        File.WriteAllText(file, content);
        var damaged = Open();
        var error = Assert.Throws<LicenseKeysUnavailableException>(() => damaged.Signing);
        Assert.Contains(file, error.Message, StringComparison.Ordinal);
        Assert.Throws<LicenseKeysUnavailableException>(() => damaged.All);
        File.WriteAllText(file, pem);
        Assert.Equal(kid, damaged.Signing.PublicKey.Kid);
    }

    [Fact]
    public void A_file_with_another_name_than_a_time_is_reported()
    {
        _ = Open().All;
        File.WriteAllText(Path.Combine(Keys, "backup.pem"), TokenKey.New());
        Assert.Throws<LicenseKeysUnavailableException>(() => Open().All);
    }

    private LicenseKeyFiles Open() => new(new DataDirectory(directory.FullName), clock);
}
