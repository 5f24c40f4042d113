namespace Spotify.Google.Objects;

/// <summary>
/// Part of one generation of an object as it comes from Cloud Storage. When the connection breaks, reading goes on where it was, in the same
/// generation. If it has gone by then, and only then, replacing the object is seen: as an <see cref="IOException"/>.
/// </summary>
internal sealed class ObjectRangeStream : ForwardStream
{
    private readonly Func<long, long, CancellationToken, Task<MediaResponse>> reopen;
    private readonly StorageRetries retries;
    private readonly BucketOptions options;
    private readonly TimeProvider time;
    private readonly string name;
    private readonly long generation;
    private readonly long end;
    private readonly string? wanted;
    private readonly Crc32C checksum = new();
    private MediaResponse? response;
    private long position;

    /// <summary>What a response has.</summary>
    /// <param name="response">The response, which is disposed with the stream.</param>
    /// <param name="reopen">Requests the bytes from an offset up to another.</param>
    /// <param name="retries">How long to wait before that.</param>
    /// <param name="options">How often, and how long a read may take.</param>
    /// <param name="time">The clock.</param>
    /// <param name="name">The object's name.</param>
    public ObjectRangeStream(MediaResponse response, Func<long, long, CancellationToken, Task<MediaResponse>> reopen, StorageRetries retries, BucketOptions options, TimeProvider time, string name)
    {
        this.response = response;
        this.reopen = reopen;
        this.retries = retries;
        this.options = options;
        this.time = time;
        this.name = name;
        generation = response.Generation;
        position = response.Offset;
        end = response.Offset + response.Length;
        wanted = response.IsWhole ? response.Checksum : null;
    }

    /// <exception cref="IOException">Cloud Storage cannot be read, the object has been replaced or removed meanwhile, or its checksum is not that of the bytes read.</exception>
    /// <exception cref="TimeoutException">Nothing came within <see cref="BucketOptions.Deadline"/>.</exception>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (position == end || buffer.IsEmpty) return 0;
        using var deadline = new Deadline(options.Deadline, time, cancellationToken);
        try
        {
            for (var failures = 0; ;)
            {
                var broken = await TryReadAsync(buffer, deadline.Token);
                if (broken.Read > 0) return Advance(buffer.Span[..broken.Read]);
                response?.Dispose();
                response = null;
                if (++failures >= options.MaxTries) throw new IOException($"Reading the object '{name}' broke off at byte {position} of {end}.", broken.Cause);
                await retries.WaitAsync(failures, deadline.Token);
            }
        }
        catch (OperationCanceledException e) when (deadline.HasPassed && !cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException($"Cloud Storage sent nothing of the object '{name}' within {options.Deadline.TotalSeconds:0.###} s, at byte {position} of {end}.", e);
        }
    }

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
        if (wanted is null) return read.Length;
        checksum.Add(read);
        if (position == end && checksum.Text != wanted) throw new IOException($"The object '{name}' came damaged: its checksum is {wanted}, and that of the bytes read {checksum.Text}.");
        return read.Length;
    }
}
