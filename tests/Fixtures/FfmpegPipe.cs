using System.Diagnostics;

namespace Spotify.Fixtures;

/// <summary>Decoding with ffmpeg, from and to memory.</summary>
public static class FfmpegPipe
{
    /// <summary>Decodes a file. Any message on ffmpeg's standard error fails the test.</summary>
    public static async Task<byte[]> DecodeAsync(byte[] input, string format, params string[] outputArguments)
    {
        string[] arguments =
        [
            "-v", "error", "-xerror", "-err_detect", "crccheck+explode", "-f", format, "-i", "pipe:0", .. outputArguments, "pipe:1",
        ];
        var start = new ProcessStartInfo("ffmpeg", arguments)
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        using var output = new MemoryStream();
        var collect = process.StandardOutput.BaseStream.CopyToAsync(output);
        await process.StandardInput.BaseStream.WriteAsync(input);
        process.StandardInput.Close();
        await collect;
        await process.WaitForExitAsync();
        Assert.Equal("", await errors);
        Assert.Equal(0, process.ExitCode);
        return output.ToArray();
    }
}
