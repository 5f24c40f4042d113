namespace Spotify.Fixtures;

/// <summary>A test that requires programs on PATH. It is skipped if one of them is not installed.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class ToolFactAttribute : FactAttribute
{
    /// <param name="tools">The names of the programs.</param>
    public ToolFactAttribute(params string[] tools) => Skip = Tools.Missing(tools);
}

/// <summary>A theory that requires programs on PATH. It is skipped if one of them is not installed.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class ToolTheoryAttribute : TheoryAttribute
{
    /// <param name="tools">The names of the programs.</param>
    public ToolTheoryAttribute(params string[] tools) => Skip = Tools.Missing(tools);
}

/// <summary>Optional programs that tests use.</summary>
public static class Tools
{
    /// <summary>Returns the path of a program, or null if it is not on PATH.</summary>
    public static string? Find(string tool) => (Environment.GetEnvironmentVariable("PATH") ?? "")
        .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
        .SelectMany(directory => new[] { Path.Combine(directory, tool), Path.Combine(directory, tool + ".exe") })
        .FirstOrDefault(File.Exists);

    internal static string? Missing(string[] tools) =>
        tools.FirstOrDefault(tool => Find(tool) is null) is { } missing ? $"needs {missing}, which is not installed" : null;
}
