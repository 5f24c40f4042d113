using System.Runtime.InteropServices;
using Spotify.Domain;
using Spotify.Domain.Ports;
using Spotify.Recommendations;
using Spotify.Recommendations.Interactions;
using Spotify.Recommendations.Publishing;
using Spotify.Recommendations.Training;

namespace Spotify.ModelTraining;

/// <summary>The data to train a model and to measure it.</summary>
/// <param name="Data">The data.</param>
/// <param name="HeldOut">Listeners that are not among those of the data. Empty if there are few listeners.</param>
/// <param name="Counts">The amounts of data.</param>
public sealed record TrainingInput(TrainingData Data, IReadOnlyList<HeldOutListener> HeldOut, ModelCounts Counts);

/// <summary>
/// A reader of the catalog, the warehouse and the libraries for a training. Reads page by page; what it keeps is bounded by its options:
/// some 200 bytes per track, and 12 bytes per interaction. Plays and additions to playlists are exported by the warehouse to objects, which
/// are read as streams and deleted. Listeners are numbers in the result: the model has neither user ids nor pseudonyms.
/// </summary>
public sealed class TrainingReader(
    IDatabase database, IWarehouse warehouse, IObjectStore objects, TrainingReaderOptions options, TimeProvider time)
{
    /// <summary>The start of the names of exported objects.</summary>
    public const string ExportFolder = "exports/training";

    // Listeners have different numbers of signals, so a page grows by steps.
    private const int MaxGrowth = 4;

    // A killed training leaves its exports behind. Those of a training that is still running are newer.
    private static readonly TimeSpan ExportLifetime = TimeSpan.FromDays(1);

    // The same listeners are held out from every training, so that the published model has not seen them either.
    private const int HeldOutOneIn = 50;

    /// <summary>Reads the data. The result depends only on the data, not on the time.</summary>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public async Task<TrainingInput> ReadAsync(IProgress<TrainingProgress>? progress, CancellationToken ct)
    {
        options.Validate();
        progress?.Report(new TrainingProgress("reading plays", 0, 1));
        await DeleteLeftoversAsync(ct);
        var period = await TrainingPeriod.ReadAsync(warehouse, time.GetUtcNow(), options, ct);
        var selection = await TrackSelection.ReadAsync(database, warehouse, objects, period, options, ct);
        progress?.Report(new TrainingProgress("reading plays", 1, 1));
        var (tracks, audio, sounds) = await new TrackTableReader(database, selection).ReadAsync(progress, ct);
        var playlists = await new PlaylistContentsReader(database, tracks, options).ReadAsync(progress, ct);
        var reader = new InteractionReader(database, warehouse, objects, tracks, period, options);
        var (interactions, heldOut, length) = (new InteractionList(), new List<Signal[]>(), options.ListenersPerPage);
        await foreach (var page in ListenerPage.ReadAsync(database, () => length, time.GetUtcNow(), ct))
        {
            var signals = await reader.ReadAsync(page, ct);
            // The order of rows is undefined, and sums depend on it.
            signals.Sort((one, other) =>
                (one.Listener, one.Track, one.At, one.Weight).CompareTo((other.Listener, other.Track, other.At, other.Weight)));
            for (int start = 0, end; start < signals.Count; start = end)
            {
                for (end = start; end < signals.Count && signals[end].Listener == signals[start].Listener;) end++;
                var ofListener = CollectionsMarshal.AsSpan(signals)[start..end];
                if (heldOut.Count < options.MaxHeldOut && IsHeldOut(page.Ids[signals[start].Listener])) heldOut.Add(ofListener.ToArray());
                else interactions.Add(ofListener);
            }

            progress?.Report(new TrainingProgress("reading listeners", interactions.Listeners, interactions.Listeners));
            if (interactions.Count >= options.MaxInteractions) break;
            length = NextLength(page.Ids.Count, signals.Count, interactions);
        }

        if (interactions.Listeners + heldOut.Count < options.MinListenersToHoldOut)
        {
            foreach (var signals in heldOut) interactions.Add(signals);
            heldOut.Clear();
        }

        var matrix = interactions.ToMatrix(tracks.Count);
        var data = new TrainingData
        {
            Interactions = matrix, Tracks = tracks, Playlists = playlists, Audio = audio, Popular = reader.Popular.Build(),
        };
        return new TrainingInput(
            data,
            [.. heldOut.Select(signals => Split(signals, tracks.Id)).OfType<HeldOutListener>()],
            new ModelCounts(tracks.Count, interactions.Listeners, matrix.Count, playlists.Count, sounds));
    }

    // As many listeners as have the signals of a page, and no more than are still needed.
    private int NextLength(int listeners, int signals, InteractionList interactions)
    {
        var ofPage = (long)listeners * options.SignalsPerPage / Math.Max(1, signals);
        var perListener = Math.Max(1, (double)interactions.Count / Math.Max(1, interactions.Listeners));
        var needed = (long)Math.Ceiling((options.MaxInteractions - interactions.Count) / perListener);
        return (int)Math.Clamp(Math.Min(ofPage, needed), 1, (long)listeners * MaxGrowth);
    }

    private async Task DeleteLeftoversAsync(CancellationToken ct)
    {
        await foreach (var exported in objects.ListAsync(ExportFolder + "/", ct))
            if (exported.Modified < time.GetUtcNow() - ExportLifetime) await objects.DeleteAsync(exported.Name, ct);
    }

    private static bool IsHeldOut(string listenerId) =>
        SpotifyId.TryParse(listenerId, out var number) && number % HeldOutOneIn == 0;

    /// <summary>Returns a listener whose newest tracks, a fifth, are to be predicted; null if there are too few.</summary>
    private static HeldOutListener? Split(Signal[] signals, Func<int, UInt128> idOf)
    {
        const int least = 5;
        var tracks = signals.GroupBy(signal => signal.Track)
            .Select(track => (Id: idOf(track.Key), Weight: track.Sum(signal => signal.Weight), At: track.Min(signal => signal.At)))
            .OrderByDescending(track => track.At).ThenBy(track => track.Id).ToList();
        var liked = tracks.Where(track => track.Weight > 0).Select(track => track.Id).ToList();
        if (liked.Count < least) return null;
        var targets = liked.Take(liked.Count / least).ToHashSet();
        return new HeldOutListener(
            [.. tracks.Where(track => !targets.Contains(track.Id)).Select(track => (track.Id, track.Weight))], [.. targets]);
    }

    /// <summary>The interactions of all listeners.</summary>
    private sealed class InteractionList
    {
        private readonly List<Interaction> interactions = [];

        /// <summary>The number of listeners.</summary>
        public int Listeners { get; private set; }

        /// <summary>The number of interactions.</summary>
        public int Count => interactions.Count;

        /// <summary>Adds a listener.</summary>
        /// <param name="signals">The signals of the listener, those of a track together.</param>
        public void Add(ReadOnlySpan<Signal> signals)
        {
            for (var i = 0; i < signals.Length;)
            {
                var (track, sum) = (signals[i].Track, 0f);
                for (; i < signals.Length && signals[i].Track == track; i++) sum += signals[i].Weight;
                interactions.Add(new Interaction(Listeners, track, sum));
            }

            Listeners++;
        }

        public InteractionMatrix ToMatrix(int tracks) =>
            InteractionMatrix.Build(Listeners, tracks, CollectionsMarshal.AsSpan(interactions));
    }
}
