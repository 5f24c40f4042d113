namespace Spotify.Recommendations.Ranking;

/// <summary>A small hash map from rows to numbers that is cleared and used again. Its memory stays.</summary>
internal sealed class RowMap
{
    private int[] keys = new int[256];
    private int[] values = new int[256];

    /// <summary>The number of rows.</summary>
    public int Count { get; private set; }

    /// <summary>Adds a row. Returns false, and changes nothing, if the row is there.</summary>
    public bool TryAdd(int row, int value)
    {
        if (Count * 2 >= keys.Length) Grow();
        var slot = Slot(row);
        if (keys[slot] != 0) return false;
        (keys[slot], values[slot]) = (row + 1, value);
        Count++;
        return true;
    }

    /// <summary>Returns whether a row is there.</summary>
    public bool Contains(int row) => Count > 0 && keys[Slot(row)] != 0;

    /// <summary>Finds the number of a row.</summary>
    public bool TryGetValue(int row, out int value)
    {
        var slot = Slot(row);
        value = values[slot];
        return keys[slot] != 0;
    }

    /// <summary>Adds 1 to the number of a row, which is 0 at first.</summary>
    public void Increment(int row)
    {
        TryAdd(row, 0);
        values[Slot(row)]++;
    }

    /// <summary>Subtracts 1 from the number of a row that is there.</summary>
    public void Decrement(int row) => values[Slot(row)]--;

    /// <summary>Returns the number of a row; 0 if it is not there.</summary>
    public int this[int row] => TryGetValue(row, out var value) ? value : 0;

    /// <summary>Removes all rows.</summary>
    public void Clear()
    {
        if (Count > 0) Array.Clear(keys);
        Count = 0;
    }

    // The slot of a row, or the empty slot where it would be added.
    private int Slot(int row)
    {
        var mask = keys.Length - 1;
        var slot = (int)((uint)row * 0x9E3779B1u >> 7) & mask;
        while (keys[slot] != 0 && keys[slot] != row + 1) slot = (slot + 1) & mask;
        return slot;
    }

    private void Grow()
    {
        var (oldKeys, oldValues) = (keys, values);
        (keys, values) = (new int[oldKeys.Length * 2], new int[oldKeys.Length * 2]);
        for (var i = 0; i < oldKeys.Length; i++)
        {
            if (oldKeys[i] == 0) continue;
            var slot = Slot(oldKeys[i] - 1);
            (keys[slot], values[slot]) = (oldKeys[i], oldValues[i]);
        }
    }
}
