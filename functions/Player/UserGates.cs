namespace Spotify.Functions.Player;

/// <summary>Locks by user. Has entries for the users that have requests in progress only.</summary>
internal sealed class UserGates
{
    private readonly Dictionary<string, Gate> gates = [];

    /// <summary>Waits until no other request of a user is within, and returns the exit.</summary>
    public async Task<IDisposable> EnterAsync(string userId, CancellationToken ct)
    {
        Gate? gate;
        lock (gates)
        {
            if (!gates.TryGetValue(userId, out gate)) gates.Add(userId, gate = new Gate());
            gate.Requests++;
        }

        try
        {
            await gate.Turn.WaitAsync(ct);
            return new Exit(this, userId, gate);
        }
        catch
        {
            Leave(userId, gate);
            throw;
        }
    }

    private void Leave(string userId, Gate gate)
    {
        lock (gates)
        {
            if (--gate.Requests > 0) return;
            gates.Remove(userId);
        }

        gate.Turn.Dispose();
    }

    private sealed class Gate
    {
        public SemaphoreSlim Turn { get; } = new(1);

        public int Requests { get; set; }
    }

    private sealed class Exit(UserGates owner, string userId, Gate gate) : IDisposable
    {
        public void Dispose()
        {
            gate.Turn.Release();
            owner.Leave(userId, gate);
        }
    }
}
