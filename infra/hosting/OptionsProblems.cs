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

    [GeneratedRegex(@"^[^:/\s]+:[0-9]{1,5}\z")]
    private static partial Regex HostPattern();
}
