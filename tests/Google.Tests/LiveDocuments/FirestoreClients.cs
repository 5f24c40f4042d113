using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Spotify.Google.LiveDocuments;
using Spotify.Hosting.LiveDocuments;

namespace Spotify.Google.Tests.LiveDocuments;

/// <summary>A factory of adapters of the emulator.</summary>
internal static class FirestoreClients
{
    /// <summary>Returns the id of a project that no other test uses.</summary>
    public static string NewProject() => "test-" + Guid.NewGuid().ToString("n")[..20];

    /// <summary>Creates an adapter with a connection of its own.</summary>
    /// <param name="project">The project.</param>
    /// <param name="host">The host and port of the emulator or of a proxy.</param>
    /// <param name="deadline">The deadline of calls.</param>
    /// <param name="logger">The log.</param>
    public static FirestorePlayerStates States(
        string project, string host, TimeSpan? deadline = null, ILogger<FirestorePlayerStates>? logger = null) => new(
        Options.Create(new LiveDocumentOptions
        {
            Project = project, EmulatorHost = host, Deadline = deadline ?? TimeSpan.FromSeconds(30), MaxBackoff = TimeSpan.FromSeconds(0.1),
        }),
        new Credentials(),
        TimeProvider.System,
        new ServiceCollection().AddMetrics().BuildServiceProvider().GetRequiredService<IMeterFactory>(),
        logger ?? NullLogger<FirestorePlayerStates>.Instance);
}
