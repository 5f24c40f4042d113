using System.Diagnostics;

namespace Spotify.Fixtures;

/// <summary>
/// The Firestore emulator of the Google Cloud SDK, with the security rules of the product. It does not verify the signatures of tokens, and
/// the token <c>owner</c> is exempt from the rules.
/// </summary>
public sealed class FirestoreEmulator : JavaEmulator
{
    private const string MainClass = "com.google.cloud.datastore.emulator.firestore.CloudFirestore";

    private static readonly string? Archive = FindArchive("cloud-firestore-emulator", "cloud-firestore-emulator*.jar");

    private static readonly Lazy<Task<FirestoreEmulator>> Shared = new(async () =>
    {
        var emulator = await StartAsync(FreePort());
        AppDomain.CurrentDomain.ProcessExit += (_, _) => emulator.Dispose();
        return emulator;
    });

    private FirestoreEmulator(Process process, int port) : base(process, port)
    {
    }

    /// <summary>Why the emulator cannot be started; null if it can.</summary>
    public static string? Missing { get; } = MissingFrom(Archive, "Firestore", "cloud-firestore-emulator");

    /// <summary>Returns the emulator shared by all tests of the run. Starts it on first use.</summary>
    public static Task<FirestoreEmulator> GetAsync() => Shared.Value;

    /// <summary>Starts an emulator.</summary>
    public static async Task<FirestoreEmulator> StartAsync(int port)
    {
        var rules = Path.Combine(Repository.Root, "infra", "firestore", "firestore.rules");
        string[] arguments = ["-cp", Archive!, MainClass, "start", "--host=127.0.0.1", $"--port={port}", $"--rules={rules}"];
        return new(await StartAsync(arguments, "is now running"), port);
    }
}
