namespace Spotify.Search.Terms;

/// <summary>The allowed number of edits.</summary>
public static class Typos
{
    /// <summary>The letters of a word in which two edits are allowed.</summary>
    public const int TwoEdits = 8;

    /// <summary>The letters of a word in which one edit is allowed.</summary>
    public const int OneEdit = 4;

    /// <summary>Returns the allowed number of edits in a word.</summary>
    /// <param name="letters">Its number of letters: Unicode scalar values.</param>
    public static int AllowedIn(int letters) => letters >= TwoEdits ? 2 : letters >= OneEdit ? 1 : 0;
}
