using System.Globalization;
using System.Runtime.InteropServices;
using Spotify.Recommendations.Interactions;
using Spotify.Recommendations.Tracks;

namespace Spotify.Recommendations.Evaluation;

/// <summary>Interactions to train on and interactions to predict, read from CSV files.</summary>
public sealed record EvaluationData
{
    // A weight of 0 shows that the listener knows the item, but matrices leave zeros out.
    private const float SmallestWeight = 1e-20f;

    /// <summary>A row per user of any of the files, a column per item of the training file.</summary>
    public required InteractionMatrix Train { get; init; }

    /// <summary>The interactions to predict, with the rows and columns of <see cref="Train"/>.</summary>
    public required InteractionMatrix Test { get; init; }

    /// <summary>The items of the training file. Their ids are their rows.</summary>
    public required TrackTable Tracks { get; init; }

    /// <summary>Whether artists, albums, genres or years are known.</summary>
    public required bool HasDescriptions { get; init; }

    /// <summary>Reads CSV files. Users and items are numbered in the order of their first appearance.</summary>
    /// <param name="train">The training file, with the header <c>user,item,weight</c>. Repeated pairs are added up.</param>
    /// <param name="test">The test file, likewise. Items that are absent from the training file are left out.</param>
    /// <param name="items">Descriptions of the items: <c>item,artist,album,genres,year</c>, genres separated by ; or |; null: none.</param>
    /// <exception cref="InvalidDataException">A file is invalid. The message is one line with the number of the line.</exception>
    public static EvaluationData Read(CsvSource train, CsvSource test, CsvSource? items)
    {
        var (users, tracks) = (new Dictionary<string, int>(), new Dictionary<string, int>());
        var trained = ReadWeights(train, users, tracks, addItems: true);
        if (trained.Count == 0) throw new InvalidDataException($"{train.Name}: there are no interactions.");
        var tested = ReadWeights(test, users, tracks, addItems: false);
        var matrix = Build(train.Name, users.Count, tracks.Count, trained);
        return new EvaluationData
        {
            Train = matrix,
            Test = Build(test.Name, users.Count, tracks.Count, tested),
            Tracks = ItemDescriptions.Read(items, tracks, matrix),
            HasDescriptions = items is not null,
        };
    }

    private static List<Interaction> ReadWeights(
        CsvSource source, Dictionary<string, int> users, Dictionary<string, int> items, bool addItems)
    {
        var interactions = new List<Interaction>();
        foreach (var (line, fields) in CsvTable.Read(source.Reader, source.Name, "user", "item", "weight"))
        {
            var (userId, itemId) = (fields[0].Trim(), fields[1].Trim());
            if (userId.Length == 0 || itemId.Length == 0)
                throw new InvalidDataException($"{source.Name}, line {line}: the {(userId.Length == 0 ? "user" : "item")} is empty.");
            if (!float.TryParse(fields[2], NumberStyles.Float, CultureInfo.InvariantCulture, out var weight)
                || !float.IsFinite(weight) || weight < 0)
                throw new InvalidDataException($"{source.Name}, line {line}: the weight '{Shown(fields[2])}' is not a number from 0.");
            if (!items.TryGetValue(itemId, out var item))
            {
                if (!addItems) continue;
                items.Add(itemId, item = items.Count);
            }

            if (!users.TryGetValue(userId, out var user)) users.Add(userId, user = users.Count);
            interactions.Add(new Interaction(user, item, Math.Max(weight, SmallestWeight)));
        }

        return interactions;
    }

    private static InteractionMatrix Build(string name, int users, int items, List<Interaction> interactions)
    {
        try
        {
            return InteractionMatrix.Build(users, items, CollectionsMarshal.AsSpan(interactions));
        }
        catch (ArgumentException)
        {
            throw new InvalidDataException($"{name}: the weights of a repeated pair add up to infinity.");
        }
    }

    private static string Shown(string text)
    {
        var line = text.ReplaceLineEndings(" ");
        return line.Length <= 30 ? line : line[..30] + "…";
    }
}

/// <summary>The text of a CSV file.</summary>
/// <param name="Name">The name, for errors.</param>
/// <param name="Reader">The text.</param>
public sealed record CsvSource(string Name, TextReader Reader);
