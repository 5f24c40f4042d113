using Spotify.Local.Commands;
using Spotify.Local.Objects;
using Spotify.Recommendations.Publishing;

namespace Spotify.Local.Training;

/// <summary>The models of a data directory.</summary>
internal static class ModelDirectory
{
    /// <summary>Returns how the models of a data directory are opened: in place.</summary>
    public static ModelLoaderOptions LoaderOptions(DataDirectory data, DirectoryObjectStore objects) =>
        new() { Directory = Path.Combine(data.Temporary, "models"), PathOf = objects.PathOf };

    /// <summary>Runs a command on models. Reports damaged models, those of other versions and missing ones in one line.</summary>
    /// <exception cref="CommandFailedException">The command failed.</exception>
    public static async Task<T> RunAsync<T>(Func<Task<T>> command)
    {
        try
        {
            return await command();
        }
        catch (Exception e) when (e is InvalidDataException or NotSupportedException or ModelStoreException)
        {
            throw new CommandFailedException(e.Message);
        }
    }
}
