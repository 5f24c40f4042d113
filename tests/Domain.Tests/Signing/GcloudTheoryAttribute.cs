namespace Spotify.Domain.Tests.Signing;

/// <summary>A test against the real <c>gcloud</c>, skipped where there is none.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class GcloudTheoryAttribute : TheoryAttribute
{
    /// <summary>Where gcloud is; null if it is not on the PATH.</summary>
    public static string? Executable { get; } = (Environment.GetEnvironmentVariable("PATH") ?? "")
        .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
        .Select(directory => Path.Combine(directory, OperatingSystem.IsWindows() ? "gcloud.cmd" : "gcloud"))
        .FirstOrDefault(File.Exists);

    public GcloudTheoryAttribute()
    {
        if (Executable is null) Skip = "gcloud is not on the PATH.";
    }
}
