using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Spotify.Domain.Ports;
using Spotify.Search.Terms;

namespace Spotify.Functions.Search;

/// <summary>
/// The term dictionary in use. It is opened while the instance starts; a newer one is looked for by requests, which do not wait for it.
/// Without a dictionary, words are found as they are spelled.
/// </summary>
public sealed partial class DictionaryHolder(IObjectStore store, TimeProvider time, ILogger<DictionaryHolder> logger) : IHostedService
{
    /// <summary>The time between looks for a newer dictionary.</summary>
    public static readonly TimeSpan CheckInterval = TimeSpan.FromMinutes(5);

    /// <summary>The time between looks while there is no dictionary.</summary>
    public static readonly TimeSpan FirstCheckInterval = TimeSpan.FromSeconds(30);

    // A start that takes longer goes on without the dictionary.
    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(20);

    private const int MaxLength = 1 << 30;

    private volatile TermDictionary? current;
    private string build = "";
    private long checkedAt = long.MinValue;
    private Task check = Task.CompletedTask;
    private int isChecking;

    /// <summary>The dictionary; null if there is none.</summary>
    public TermDictionary? Current
    {
        get
        {
            var found = current;
            var last = Interlocked.Read(ref checkedAt);
            var now = time.GetTimestamp();
            if ((last == long.MinValue || time.GetElapsedTime(last, now) >= (found is null ? FirstCheckInterval : CheckInterval))
                && Interlocked.Exchange(ref isChecking, 1) == 0)
                check = Task.Run(() => CheckAsync(CancellationToken.None));
            return found;
        }
    }

    /// <summary>The running or last look for a newer dictionary. Never fails.</summary>
    public Task Check => check;

    /// <inheritdoc/>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(StartTimeout, time);
        using var any = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        if (Interlocked.Exchange(ref isChecking, 1) == 0) await CheckAsync(any.Token);
    }

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private async Task CheckAsync(CancellationToken ct)
    {
        try
        {
            var pointer = await DictionaryPointer.ReadAsync(store, ct);
            if (pointer is null || pointer.Build == build) return;
            current = TermDictionary.Open(await ReadAsync(DictionaryObjects.Dictionary(pointer.Build), ct));
            build = pointer.Build;
        }
        catch (Exception e)
        {
            LogFailed(e);
        }
        finally
        {
            Interlocked.Exchange(ref checkedAt, time.GetTimestamp());
            Interlocked.Exchange(ref isChecking, 0);
        }
    }

    private async Task<byte[]> ReadAsync(string name, CancellationToken ct)
    {
        var found = await store.FindAsync(name, ct) ?? throw new FileNotFoundException($"The object '{name}' does not exist.", name);
        if (found.Size > MaxLength) throw new InvalidDataException($"The object '{name}' has {found.Size} bytes.");
        var file = GC.AllocateUninitializedArray<byte>((int)found.Size);
        await using var content = await store.OpenReadAsync(name, null, ct);
        await content.ReadExactlyAsync(file, ct);
        return file;
    }

    [LoggerMessage(LogLevel.Warning, "The term dictionary cannot be opened. Search continues with the last one, or without.")]
    private partial void LogFailed(Exception cause);
}
