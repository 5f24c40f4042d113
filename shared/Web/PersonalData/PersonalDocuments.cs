using System.Text.Json;

namespace Spotify.Web.PersonalData;

/// <summary>
/// Documents of users outside the database, at most one per user: exported for the user, and deleted when the account is removed.
/// </summary>
/// <param name="Name">The name in exports.</param>
/// <param name="Port">The port that stores the documents, a service of every function that exports or deletes them.</param>
/// <param name="WriteAsync">Writes the document of a user to an export, as one JSON value; null if there is none.</param>
/// <param name="DeleteAsync">Deletes the document of a user, if there is one.</param>
public sealed record PersonalDocuments(string Name, Type Port, WriteDocument WriteAsync, DeleteDocument DeleteAsync)
{
    /// <summary>Declares documents in a port.</summary>
    /// <param name="name">The name in exports.</param>
    /// <param name="write">Writes the document of a user to an export, as one JSON value; null if there is none.</param>
    /// <param name="delete">Deletes the document of a user, if there is one.</param>
    public static PersonalDocuments In<TPort>(
        string name,
        Func<TPort, string, Utf8JsonWriter, CancellationToken, Task> write,
        Func<TPort, string, CancellationToken, Task> delete)
        where TPort : notnull => new(
            name,
            typeof(TPort),
            (services, userId, json, ct) => write(services.GetRequiredService<TPort>(), userId, json, ct),
            (services, userId, ct) => delete(services.GetRequiredService<TPort>(), userId, ct));
}

/// <summary>Writes the document of a user to an export, as one JSON value; null if there is none.</summary>
public delegate Task WriteDocument(IServiceProvider services, string userId, Utf8JsonWriter json, CancellationToken ct);

/// <summary>Deletes the document of a user, if there is one.</summary>
public delegate Task DeleteDocument(IServiceProvider services, string userId, CancellationToken ct);
