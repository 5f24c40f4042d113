using System.Buffers;
using System.Diagnostics;
using System.Net.Sockets;
using System.Text;

namespace Spotify.Benchmarks.Player;

/// <summary>
/// A connection that receives a listener's server-sent events. Works on a bare socket and parses only the lengths of lines and the ids, so
/// that 10,000 of them leave the processor to the server.
/// </summary>
internal sealed class EventConnection : IDisposable
{
    private const int MaxRead = 32 * 1024;

    private static ReadOnlySpan<byte> IdField => "id: "u8;

    private readonly Socket socket;
    private readonly TaskCompletionSource<long> first;
    private TaskCompletionSource<long> next = NewArrival();
    private long revision;
    private int column;
    private bool isId;

    private EventConnection(Socket socket)
    {
        (this.socket, first) = (socket, next);
        _ = ReadAsync();
    }

    /// <summary>The time of the next event, as of <see cref="Stopwatch.GetTimestamp"/>, when its last byte has arrived.</summary>
    public Task<long> Next => Volatile.Read(ref next).Task;

    /// <summary>Connects and waits for the first event.</summary>
    /// <exception cref="BenchmarkException">The server refused, or closed the connection.</exception>
    public static async Task<EventConnection> OpenAsync(int port, string path, string token)
    {
        var socket = await HttpConnection.ConnectAsync(port);
        // HTTP/1.0, so that the body is not chunked.
        await socket.SendAsync(Encoding.ASCII.GetBytes($"GET {path} HTTP/1.0\r\nAuthorization: Bearer {token}\r\n\r\n"));
        var status = new byte["HTTP/1.1 200".Length];
        for (var read = 0; read < status.Length;)
        {
            var received = await socket.ReceiveAsync(status.AsMemory(read));
            read += received > 0 ? received : throw Closed();
        }

        if (!status.AsSpan().EndsWith(" 200"u8)) throw new BenchmarkException($"GET {path}: {Encoding.ASCII.GetString(status)}");
        var connection = new EventConnection(socket);
        await connection.first.Task;
        return connection;
    }

    public void Dispose() => socket.Dispose();

    private static BenchmarkException Closed() => new("The server closed a connection for events.");

    private static TaskCompletionSource<long> NewArrival() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private async Task ReadAsync()
    {
        try
        {
            while (true)
            {
                // Waits without a buffer.
                await socket.ReceiveAsync(Memory<byte>.Empty);
                var buffer = ArrayPool<byte>.Shared.Rent(MaxRead);
                var read = socket.Receive(buffer);
                if (read == 0) break;
                Parse(buffer.AsSpan(0, read));
                ArrayPool<byte>.Shared.Return(buffer);
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
        }

        Volatile.Read(ref next).SetException(Closed());
    }

    // The lines of the response's head are ignored like unknown fields.
    private void Parse(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            if (bytes[0] == '\n')
            {
                if (column == 0) EndEvent();
                (column, isId) = (0, true);
                bytes = bytes[1..];
            }
            else if (column < IdField.Length)
            {
                isId &= bytes[0] == IdField[column++];
                bytes = bytes[1..];
            }
            else
            {
                var end = bytes.IndexOf((byte)'\n');
                var rest = end < 0 ? bytes : bytes[..end];
                if (isId)
                    foreach (var digit in rest) revision = revision * 10 + digit - '0';
                bytes = bytes[rest.Length..];
            }
        }
    }

    private void EndEvent()
    {
        // A comment has no id.
        if (revision == 0) return;
        revision = 0;
        Interlocked.Exchange(ref next, NewArrival()).SetResult(Stopwatch.GetTimestamp());
    }
}
