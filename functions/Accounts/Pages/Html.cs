using System.Globalization;
using System.Text.Encodings.Web;

namespace Spotify.Functions.Accounts.Pages;

/// <summary>HTML.</summary>
/// <param name="Text">The markup.</param>
internal readonly record struct Html(string Text)
{
    /// <summary>No HTML.</summary>
    public static Html Empty => new("");

    /// <summary>Returns HTML with values inserted. Values are encoded, unless they are HTML themselves.</summary>
    public static Html Of(FormattableString markup) => new(string.Format(
        CultureInfo.InvariantCulture, markup.Format, [.. markup.GetArguments().Select(Encode)]));

    /// <summary>Returns the HTML of each item.</summary>
    public static Html Each<T>(IEnumerable<T> items, Func<T, FormattableString> markup) =>
        new(string.Concat(items.Select(item => Of(markup(item)).Text)));

    private static string Encode(object? value) =>
        value is Html html ? html.Text : HtmlEncoder.Default.Encode(Convert.ToString(value, CultureInfo.InvariantCulture) ?? "");
}
