using Spotify.Domain.Playlists;
using Spotify.Functions.PlaylistGenerator.Listeners;
using Spotify.Recommendations.Ranking;

namespace Spotify.Functions.PlaylistGenerator.Surfaces;

/// <summary>
/// The generator of Discover Weekly: thirty tracks that the listener has neither heard nor saved. Without a model, they are popular tracks
/// of the listener's market and genres.
/// </summary>
internal sealed class DiscoverWeekly(PopularChoices popular) : ISurfaceGenerator
{
    private const string Description =
        "Your weekly mixtape of fresh music. New discoveries and deep cuts picked for you, updated every Monday.";

    private static readonly Surface Surface = Surface.DiscoverWeekly;

    // A third more than the playlist has, because some may have become unavailable since the model was trained.
    private static readonly RankingOptions Options = new() { Count = 40 };

    /// <inheritdoc/>
    public IReadOnlyList<Surface> Surfaces { get; } = [Surface];

    /// <inheritdoc/>
    public async Task<IReadOnlyList<GeneratedList>> GenerateAsync(SurfaceRequest request, CancellationToken ct)
    {
        if (request.Recommenders is not { } model)
        {
            var lists = new List<GeneratedList>();
            foreach (var listener in request.Listeners)
                lists.Add(ListOf(listener, await popular.UnheardAsync(listener.History, Options.Count, ct)) with { IsFallback = true });
            return lists;
        }

        return
        [
            .. request.Listeners.Select(listener =>
            {
                ct.ThrowIfCancellationRequested();
                var recommender = model.With(listener.History.Variant.Options(Options));
                var picks = recommender.Recommend(listener.History.Input, listener.SeedOf(Surface), request.Now);
                return ListOf(listener, [.. picks.Select(pick => new GeneratedItem(pick.TrackId, pick.Reason))])
                    with { ModelVersion = model.Version };
            }),
        ];
    }

    private static GeneratedList ListOf(DueListener listener, IReadOnlyList<GeneratedItem> items) =>
        new(listener.History.UserId, Surface, Surface.Name, Description, items);
}
