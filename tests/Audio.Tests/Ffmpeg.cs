using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Spotify.Audio.Tests;

/// <summary>Encoding and decoding with ffmpeg. Any message on its standard error fails the test.</summary>
internal static class Ffmpeg
{
    /// <summary>The input options of a 12.3 s signal with rising pitch, so that no two positions sound the same.</summary>
    public const string Chirp = "-f lavfi -i aevalsrc=0.4*sin(2*PI*(200*t+120*t*t))|0.4*sin(2*PI*(300*t+90*t*t)):s=44100:d=12.3";

    private static readonly ConcurrentDictionary<string, byte[]> Cache = new();

    /// <summary>Encodes <see cref="Chirp"/>. Cached by options.</summary>
    public static byte[] MakeChirp(string options, string extension) => Make($"{Chirp} {options}", extension);

    public static byte[] Make(string options, string extension) => Cache.GetOrAdd($"{options} .{extension}", _ =>
    {
        using var file = new TemporaryFile(extension);
        Run([.. options.Split(' '), file.Path]);
        return File.ReadAllBytes(file.Path);
    });

    public static byte[] Make(IEnumerable<string> options, string extension)
    {
        using var file = new TemporaryFile(extension);
        Run([.. options, file.Path]);
        return File.ReadAllBytes(file.Path);
    }

    /// <summary>Decodes a file and returns the samples of its first channel.</summary>
    public static short[] Decode(byte[] audio, string extension)
    {
        using var file = new TemporaryFile(extension);
        File.WriteAllBytes(file.Path, audio);
        var raw = Run(["-i", file.Path, "-af", "pan=mono|c0=c0", "-f", "s16le", "-"]);
        return MemoryMarshal.Cast<byte, short>(raw).ToArray();
    }

    private static byte[] Run(IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo("ffmpeg", ["-v", "error", "-nostdin", "-y", .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        using var output = new MemoryStream();
        process.StandardOutput.BaseStream.CopyTo(output);
        process.WaitForExit();
        Assert.Equal("", errors.Result);
        Assert.Equal(0, process.ExitCode);
        return output.ToArray();
    }

    private sealed class TemporaryFile(string extension) : IDisposable
    {
        public string Path { get; } = System.IO.Path.Combine(System.IO.Path.GetTempPath(), $"audio-{Guid.NewGuid():N}.{extension}");

        public void Dispose() => File.Delete(Path);
    }
}
