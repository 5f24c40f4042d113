using System.Text.RegularExpressions;
using Microsoft.Extensions.Options;

namespace Spotify.Hosting;

/// <summary>Checks that option validators share.</summary>
public static partial class OptionsProblems
{
    /// <summary>Returns success if there are no problems.</summary>
    public static ValidateOptionsResult ToResult(IEnumerable<string> problems)
    {
        List<string> all = [.. problems];
        return all.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(all);
    }

    /// <summary>Returns whether a text is the host and port of an emulator.</summary>
    public static bool IsHostAndPort(string text) => HostPattern().IsMatch(text);

    /// <summary>Returns whether a text is the id of a project. Old projects have a domain and a colon before the name.</summary>
    public static bool IsProject(string? text) => ProjectPattern().IsMatch(text ?? "");

    [GeneratedRegex(@"^([a-z0-9.-]+:)?[a-z][a-z0-9-]{2,62}\z")]
    private static partial Regex ProjectPattern();

    [GeneratedRegex(@"^[^:/\s]+:[0-9]{1,5}\z")]
    private static partial Regex HostPattern();
}
