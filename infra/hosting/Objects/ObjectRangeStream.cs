namespace Spotify.Hosting.Objects;

/// <summary>
/// A byte range of one generation of an object in Cloud Storage. After a broken connection, reading resumes at the same byte of the same
/// generation. If that generation is gone by then, the read throws an <see cref="IOException"/>.
/// </summary>
public sealed class ObjectRangeStream : ForwardStream
{
    private readonly Func<long, long, CancellationToken, Task<MediaResponse>> reopen;
    private readonly Backoff backoff;
    private readonly BucketOptions options;
    private readonly TimeProvider time;
    private readonly string name;
    private readonly long generation;
    private readonly long end;
    private readonly string? expected;
    private readonly Crc32C checksum = new();
    private MediaResponse? response;
    private long position;

    /// <summary>Creates a stream over a response.</summary>
    /// <param name="response">The response. The stream disposes it.</param>
    /// <param name="reopen">Requests the bytes from an offset up to another, exclusive.</param>
    /// <param name="backoff">The waits before <paramref name="reopen"/>.</param>
    /// <param name="options">The number of tries and the deadline of a read.</param>
    /// <param name="time">The clock.</param>
    /// <param name="name">The object's name.</param>
    public ObjectRangeStream(
        MediaResponse response,
        Func<long, long, CancellationToken, Task<MediaResponse>> reopen,
        Backoff backoff,
        BucketOptions options,
        TimeProvider time,
        string name)
    {
        this.response = response;
        this.reopen = reopen;
        this.backoff = backoff;
        this.options = options;
        this.time = time;
        this.name = name;
        generation = response.Generation;
        position = response.Offset;
        end = response.Offset + response.Length;
        expected = response.IsWhole ? response.Checksum : null;
    }

    /// <inheritdoc/>
    /// <exception cref="IOException">
    /// Cloud Storage failed, the object was replaced or removed during the read, or the checksum does not match.
    /// </exception>
    /// <exception cref="TimeoutException">No bytes arrived within <see cref="BucketOptions.Deadline"/>.</exception>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (position == end || buffer.IsEmpty) return 0;
        using var deadline = new Deadline(options.Deadline, time, cancellationToken);
        try
        {
            for (var failures = 1; ; failures++)
            {
                var (read, cause) = await TryReadAsync(buffer, deadline.Token);
                if (read > 0) return Advance(buffer.Span[..read]);
                response?.Dispose();
                response = null;
                if (failures >= options.MaxTries)
                    throw new IOException($"Reading the object '{name}' failed at byte {position} of {end}.", cause);
                await backoff.WaitAsync(failures, deadline.Token);
            }
        }
        catch (OperationCanceledException e) when (deadline.HasPassed && !cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException(
                $"Reading the object '{name}' got no bytes within {options.Deadline.TotalSeconds:0.###} s, "
                + $"at byte {position} of {end}.",
                e);
        }
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing) response?.Dispose();
        base.Dispose(disposing);
    }

    private async Task<(int Read, Exception? Cause)> TryReadAsync(Memory<byte> buffer, CancellationToken ct)
    {
        response ??= await reopen(position, end, ct);
        if (response.Generation != generation) throw new IOException($"The object '{name}' was replaced while it was being read.");
        try
        {
            return (await response.Content.ReadAsync(buffer[..(int)Math.Min(buffer.Length, end - position)], ct), null);
        }
        catch (Exception e) when (e is IOException or HttpRequestException)
        {
            return (0, e);
        }
    }

    private int Advance(ReadOnlySpan<byte> read)
    {
        position += read.Length;
        if (expected is null) return read.Length;
        checksum.Add(read);
        if (position == end && checksum.Text != expected)
        {
            throw new IOException(
                $"The object '{name}' was damaged during the download: "
                + $"its checksum is {expected}, that of the bytes read {checksum.Text}.");
        }

        return read.Length;
    }
}
