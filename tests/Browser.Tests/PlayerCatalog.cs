using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Spotify.Audio;
using Spotify.Catalog;
using Spotify.Domain;
using Spotify.Domain.Catalog;
using Spotify.Domain.Data;
using Spotify.Domain.Ports;
using Spotify.Fixtures;

namespace Spotify.Browser.Tests;

/// <summary>A show, and an album whose tracks are two minutes of noise, some of them restricted.</summary>
internal static class PlayerCatalog
{
    /// <summary>The duration of each track, in seconds.</summary>
    public const int Seconds = 120;

    public const string AlbumName = "Harbour Lights";
    public const string First = "First Ferry";
    public const string Second = "Second Wind";
    public const string OnlyInTheUnitedStates = "Far Shore";
    public const string Unreleased = "Next Year";
    public const string Last = "Last Call";
    public const string ShowName = "Tape & <b>Wire</b>";

    private const string Revision = "0123456789abcdefghijkl";

    private static readonly Artist Band = TestCatalog.NewArtist("The Pilots", 70) with { ImageId = null };

    /// <summary>The album.</summary>
    public static Album Album { get; } = TestCatalog.NewAlbum(AlbumName, "album", "2021-04-09", Band) with { ImageId = null };

    private static readonly Playable[] Tracks =
    [
        Track(1, First),
        Track(2, Second),
        Track(3, OnlyInTheUnitedStates) with { Rights = new Rights(MarketSet.Of("US"), null, null) },
        Track(4, Unreleased) with
        {
            Rights = new Rights(MarketSet.Everywhere, new DateTimeOffset(2199, 1, 1, 0, 0, 0, TimeSpan.Zero), null),
        },
        Track(5, Last),
    ];

    private static readonly Show Show = new(
        SpotifyId.FromName("browser-show"), ShowName, "The Publisher", "<img src=x onerror=alert(1)>", ["en"], [],
        false, 40, MarketSet.Everywhere, null, 0);

    /// <summary>Writes the catalog and its audio.</summary>
    public static async Task WriteAsync(LocalServer server)
    {
        var encodings = await Task.WhenAll(
            EncodeAsync(AudioQuality.High, Codec.Vorbis),
            EncodeAsync(AudioQuality.VeryHigh, Codec.Vorbis),
            EncodeAsync(AudioQuality.Lossless, Codec.Flac));
        await server.WriteAsync(
        [
            .. CatalogWriter.Write(Band), .. CatalogWriter.Write(Album), .. CatalogWriter.Write(Show),
            .. Tracks.SelectMany(track => CatalogWriter.Write(track, AlbumName)),
        ]);

        var objects = server.Services.GetRequiredService<IObjectStore>();
        foreach (var track in Tracks)
        {
            var audio = track.Name == First ? encodings : encodings[..2];
            foreach (var (encoding, content) in audio)
            {
                var name = $"tracks/{track.Id}/{Revision}/{encoding.FileName}";
                await objects.WriteAsync(name, new MemoryStream(content), new WriteOptions(encoding.Codec.ContentType), default);
            }

            var list = EncodingList.Format(audio.Select(file => file.Encoding));
            await server.WriteAsync(CatalogWriter.WriteAudio(track.Id, Revision, list, -6, -1));
        }
    }

    /// <summary>Returns a play of the first track in the history of a user.</summary>
    public static Mutation Play(string user) => Mutation.Insert(
        Schema.Current.Table("PlayHistory"),
        ("UserId", user), ("EventId", "play"), ("PlayedAt", DateTimeOffset.UtcNow.AddMinutes(-5)), ("Type", "track"),
        ("PlayableId", Tracks[0].Id), ("PlayedMs", Seconds * 1000), ("EndReason", "completed"), ("Engagement", 1000), ("IsListed", true));

    private static Playable Track(int number, string name) =>
        TestCatalog.NewTrack(Album, number, name, Band) with { DurationMs = Seconds * 1000 };

    // Noise does not compress, so that the lossless file is far larger than what the browser fetches ahead.
    private static async Task<(AudioEncoding Encoding, byte[] Content)> EncodeAsync(AudioQuality quality, Codec codec)
    {
        var rung = QualityLadder.Find(quality, codec)!;
        var path = Path.Combine(Path.GetTempPath(), $"{Path.GetRandomFileName()}.{codec.FileExtension}");
        try
        {
            string[] encoder = codec == Codec.Flac
                ?
                [
                    "-c:a", "flac", "-sample_fmt", "s16", "-strict", "-2", "-f", "mp4",
                    "-movflags", "+frag_keyframe+delay_moov+default_base_moof+global_sidx", "-frag_duration", "1000000",
                ]
                : ["-c:a", "libvorbis", "-b:a", $"{rung.BitrateKbps}k"];
            using var ffmpeg = Process.Start(new ProcessStartInfo("ffmpeg",
            [
                "-loglevel", "error", "-f", "lavfi",
                "-i", $"anoisesrc=duration={Seconds}:sample_rate={rung.SampleRate}:amplitude=0.1:seed=1",
                "-ac", $"{rung.Channels}", .. encoder, path,
            ])
            { RedirectStandardError = true })!;
            var errors = await ffmpeg.StandardError.ReadToEndAsync();
            await ffmpeg.WaitForExitAsync();
            if (ffmpeg.ExitCode != 0) throw new InvalidOperationException($"ffmpeg: {errors}");
            var content = await File.ReadAllBytesAsync(path);
            return (new AudioEncoding(codec, quality, rung.BitrateKbps, content.Length), content);
        }
        finally
        {
            File.Delete(path);
        }
    }
}
