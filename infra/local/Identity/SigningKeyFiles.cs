using System.Globalization;
using Spotify.Web.Identity.Issuing;

namespace Spotify.Local.Identity;

/// <summary>
/// Signing keys of one machine: the files <c>keys/{folder}/{time of creation}.pem</c> of the data directory. A key is created every 30 days
/// and signs from three days later. A file is deleted when the last signature of its key is no longer used.
/// </summary>
internal class SigningKeyFiles : IPublishedKeys
{
    private const string Format = "yyyyMMdd'T'HHmmss'Z'";
    private const string Extension = ".pem";

    private static readonly TimeSpan Interval = TimeSpan.FromDays(30);
    private static readonly TimeSpan Check = TimeSpan.FromMinutes(1);

    private readonly DataDirectory data;
    private readonly string folder;
    private readonly TimeSpan publishedAfter;
    private readonly TimeProvider time;
    private readonly Lock rotation = new();
    private volatile State state;

    /// <summary>Reads the keys of a data directory. Creates the first one.</summary>
    /// <param name="data">The data directory.</param>
    /// <param name="folder">The folder in <see cref="DataDirectory.Keys"/>.</param>
    /// <param name="publishedAfter">How long a key is published after its last signature.</param>
    /// <param name="time">The clock.</param>
    /// <exception cref="IOException">A file does not contain a key.</exception>
    public SigningKeyFiles(DataDirectory data, string folder, TimeSpan publishedAfter, TimeProvider time)
    {
        (this.data, this.folder, this.publishedAfter, this.time) = (data, folder, publishedAfter, time);
        Directory.CreateDirectory(Path.Combine(data.Keys, folder));
        state = Read();
    }

    /// <inheritdoc/>
    public TokenKey Signing => Current().Signing;

    /// <inheritdoc/>
    public IReadOnlyList<TokenKey> All => Current().All;

    private State Current()
    {
        if (time.GetUtcNow() < state.Until) return state;
        lock (rotation)
            if (time.GetUtcNow() >= state.Until) state = Read();
        return state;
    }

    private State Read()
    {
        var now = time.GetUtcNow();
        var known = state?.Keys ?? [];
        var files = Files();
        if (files.Count == 0 || files[^1] + Interval <= now)
        {
            data.Secret(Path.GetRelativePath(data.Keys, PathOf(now)), TokenKey.New);
            files = Files();
        }

        // The newest key that has been published for long enough; a new machine has none, and nobody has cached its keys.
        var signing = files.FindLastIndex(created => created + TokenKeyRotation.PublishedBefore <= now);
        var kept = TokenKeyRotation.PublishedBefore + publishedAfter + Check;
        // The oldest key signed until the second one did.
        for (; signing > 0 && files[1] + kept <= now; signing--, files.RemoveAt(0)) File.Delete(PathOf(files[0]));
        var keys = files.ToDictionary(created => created, created => known.GetValueOrDefault(created) ?? Parse(PathOf(created)));
        return new State(keys, keys[files[Math.Max(signing, 0)]], [.. files.Select(created => keys[created])], now + Check);
    }

    private List<DateTimeOffset> Files() =>
    [
        .. Directory.EnumerateFiles(Path.Combine(data.Keys, folder), "*" + Extension)
            .Select(path => DateTimeOffset.ParseExact(
                Path.GetFileNameWithoutExtension(path), Format, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal))
            .Order(),
    ];

    private string PathOf(DateTimeOffset created) =>
        Path.Combine(data.Keys, folder, created.UtcDateTime.ToString(Format, CultureInfo.InvariantCulture) + Extension);

    private static TokenKey Parse(string path)
    {
        try
        {
            return TokenKey.Parse(File.ReadAllText(path));
        }
        catch (FormatException e)
        {
            throw new IOException($"{path}: {e.Message}", e);
        }
    }

    private sealed record State(
        Dictionary<DateTimeOffset, TokenKey> Keys, TokenKey Signing, IReadOnlyList<TokenKey> All, DateTimeOffset Until);
}
