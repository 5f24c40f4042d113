using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Spotify.Benchmarks.Edge;

/// <summary>Clients that request a whole file and read at the rate of playback.</summary>
internal sealed class SlowReaders : IAsyncDisposable
{
    private const int BytesPerTurn = 8 * 1024;

    private static readonly TimeSpan Turn = TimeSpan.FromMilliseconds(200); // 8 KiB every 200 ms are 320 kbit/s.

    private readonly CancellationTokenSource stop = new();
    private readonly List<Socket> sockets = [];
    private readonly List<Task<long>> readers = [];

    /// <summary>Connects clients and waits until each has received the first bytes of its response.</summary>
    public static async Task<SlowReaders> StartAsync(int count, int port, string target)
    {
        var all = new SlowReaders();
        for (var i = 0; i < count; i++)
        {
            // A small window, so that unread data stays in the server and not in the kernel.
            var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = 16 * 1024 };
            all.sockets.Add(socket);
            await socket.ConnectAsync(IPAddress.Loopback, port);
            await socket.SendAsync(Encoding.ASCII.GetBytes($"GET {target} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nRange: bytes=0-\r\n\r\n"));
            var head = new byte[12];
            await socket.ReceiveAsync(head);
            if (!head.AsSpan().SequenceEqual("HTTP/1.1 206"u8))
                throw new BenchmarkException($"The edge returned {Encoding.ASCII.GetString(head)}.");
            all.readers.Add(all.ReadAsync(socket));
        }

        return all;
    }

    /// <summary>Disconnects the clients.</summary>
    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await Task.WhenAll(readers);
        sockets.ForEach(socket => socket.Dispose());
        stop.Dispose();
    }

    private async Task<long> ReadAsync(Socket socket)
    {
        var buffer = new byte[BytesPerTurn];
        var total = 0L;
        using var timer = new PeriodicTimer(Turn);
        try
        {
            while (await timer.WaitForNextTickAsync(stop.Token))
            {
                var read = await socket.ReceiveAsync(buffer, stop.Token);
                if (read == 0) throw new BenchmarkException("The edge closed the connection of a slow client.");
                total += read;
            }
        }
        catch (OperationCanceledException)
        {
        }

        return total;
    }
}
