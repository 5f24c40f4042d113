namespace Spotify.Functions.Tests.Player;

/// <summary>
/// A simple model of a player: whole lists, and no windows, revisions or leases. Mutable, because a test applies one command after the
/// other.
/// </summary>
internal sealed class PlayerModel(IReadOnlyList<string> album, long durationMs)
{
    private const int MaxPrevious = 50;
    private const int BackToStartMs = 3000;

    private readonly List<(string Uri, bool IsQueued)> previous = [];
    private readonly List<(string Uri, bool IsQueued)> next = [];
    private readonly List<string> queue = [];
    private (string Uri, bool IsQueued)? item;
    private long position;
    private bool hasContext;

    /// <summary>The active device.</summary>
    public string? Active { get; private set; }

    /// <summary>The URI of the current item.</summary>
    public string? Item => item?.Uri;

    /// <summary>Whether it plays.</summary>
    public bool IsPlaying { get; private set; }

    /// <summary>The position, which stops at the end of the item.</summary>
    public long Position => Math.Min(position, durationMs);

    /// <summary>The repeat mode.</summary>
    public string Repeat { get; private set; } = "off";

    /// <summary>All items that follow.</summary>
    public IEnumerable<string> Upcoming => queue.Concat(next.Select(one => one.Uri));

    public void Pass(long milliseconds)
    {
        if (IsPlaying) position = Math.Min(position + milliseconds, durationMs);
    }

    public bool Play(string device, int offset)
    {
        (Active, hasContext) = (device, true);
        previous.Clear();
        previous.AddRange(album.Take(offset).TakeLast(MaxPrevious).Select(uri => (uri, false)));
        next.Clear();
        next.AddRange(album.Skip(offset + 1).Select(uri => (uri, false)));
        Begin((album[offset], false));
        return true;
    }

    public bool Resume(string? device)
    {
        if ((device ?? Active) is not { } target || item is null) return false;
        Active = target;
        return IsPlaying = true;
    }

    public bool Transfer(string device, bool play)
    {
        Active = device;
        IsPlaying |= play && item is not null;
        return true;
    }

    public bool Pause()
    {
        if (Active is not null) IsPlaying = false;
        return Active is not null;
    }

    public bool Next() => Active is not null && Advance();

    public bool Previous()
    {
        if (Active is null || item is not { } current) return false;
        if (Position > BackToStartMs || previous.Count == 0)
        {
            position = 0;
            return true;
        }

        if (current.IsQueued) queue.Insert(0, current.Uri);
        else next.Insert(0, current);
        var last = previous[^1];
        previous.RemoveAt(previous.Count - 1);
        Begin(last);
        return true;
    }

    public bool Seek(long milliseconds)
    {
        if (Active is null || item is null) return false;
        if (milliseconds <= durationMs) position = milliseconds;
        else if (!Advance()) (position, IsPlaying) = (0, false);
        return true;
    }

    public bool SetRepeat(string mode)
    {
        if (Active is not null) Repeat = mode;
        return Active is not null;
    }

    public bool Enqueue(string uri)
    {
        if (Active is not null) queue.Add(uri);
        return Active is not null;
    }

    public void End(string device)
    {
        if (Active != device || item is not { } current) return;
        if (Repeat == "track") Begin(current);
        else if (!Advance()) (position, IsPlaying) = (0, false);
    }

    private bool Advance()
    {
        (string, bool) following;
        if (queue.Count > 0)
        {
            following = (queue[0], true);
            queue.RemoveAt(0);
        }
        else if (next.Count > 0)
        {
            following = next[0];
            next.RemoveAt(0);
        }
        else if (Repeat == "context" && hasContext)
        {
            following = (album[0], false);
            next.AddRange(album.Skip(1).Select(uri => (uri, false)));
        }
        else
        {
            return false;
        }

        if (item is { } current) previous.Add(current);
        if (previous.Count > MaxPrevious) previous.RemoveAt(0);
        Begin(following);
        return true;
    }

    private void Begin((string Uri, bool IsQueued) started) => (item, position, IsPlaying) = (started, 0, true);
}
