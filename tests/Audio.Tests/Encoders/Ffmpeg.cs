using System.Diagnostics;

namespace Spotify.Audio.Tests.Encoders;

/// <summary>Runs ffmpeg from the PATH with a file's bytes on its input and its output collected.</summary>
internal static class Ffmpeg
{
    public static bool IsInstalled { get; } = (Environment.GetEnvironmentVariable("PATH") ?? "")
        .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
        .Any(folder => File.Exists(Path.Combine(folder, OperatingSystem.IsWindows() ? "ffmpeg.exe" : "ffmpeg")));

    /// <summary>Decodes; any error that ffmpeg reports fails the test.</summary>
    public static async Task<byte[]> RunAsync(byte[] input, string format, params string[] outputArguments)
    {
        var start = new ProcessStartInfo("ffmpeg")
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        string[] arguments =
            ["-v", "error", "-xerror", "-err_detect", "crccheck+explode", "-f", format, "-i", "pipe:0", .. outputArguments, "pipe:1"];
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
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
