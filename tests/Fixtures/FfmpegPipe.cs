using System.Diagnostics;

namespace Spotify.Fixtures;

/// <summary>Decodes by ffmpeg, bytes in and bytes out.</summary>
public static class FfmpegPipe
{
    /// <summary>What ffmpeg makes of a file; any error that it reports fails the test.</summary>
    public static async Task<byte[]> DecodeAsync(byte[] input, string format, params string[] outputArguments)
    {
        string[] arguments = ["-v", "error", "-xerror", "-err_detect", "crccheck+explode", "-f", format, "-i", "pipe:0", .. outputArguments, "pipe:1"];
        var start = new ProcessStartInfo("ffmpeg", arguments) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        var complaints = process.StandardError.ReadToEndAsync();
        using var output = new MemoryStream();
        var collect = process.StandardOutput.BaseStream.CopyToAsync(output);
        await process.StandardInput.BaseStream.WriteAsync(input);
        process.StandardInput.Close();
        await collect;
        await process.WaitForExitAsync();
        Assert.Equal("", await complaints);
        Assert.Equal(0, process.ExitCode);
        return output.ToArray();
    }
}
