namespace Spotify.Recommendations.Neighbours;

/// <summary>A condition on the rows that a search returns, such as the market. Must be fast, because it is called for most rows.</summary>
public abstract class RowFilter
{
    /// <summary>Returns whether the row may be returned.</summary>
    public abstract bool Matches(int row);
}
