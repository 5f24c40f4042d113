using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Spotify.Benchmarks.Player;

/// <summary>A kept connection that sends one request at a time. Works on a bare socket, because the server shares the processor.</summary>
internal sealed class HttpConnection : IDisposable
{
    private readonly Socket socket;
    private readonly byte[] buffer = new byte[64 * 1024];

    private HttpConnection(Socket socket) => this.socket = socket;

    /// <summary>Opens connections to a port of this machine.</summary>
    public static async Task<List<HttpConnection>> OpenAsync(int port, int count)
    {
        var connections = new List<HttpConnection>();
        while (connections.Count < count) connections.Add(new HttpConnection(await ConnectAsync(port)));
        return connections;
    }

    /// <summary>Connects a socket to a port of this machine.</summary>
    public static async Task<Socket> ConnectAsync(int port)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(IPAddress.Loopback, port);
        return socket;
    }

    /// <summary>Sends a request without a body and reads the response.</summary>
    /// <exception cref="BenchmarkException">The request failed. A rate that includes failed requests is meaningless.</exception>
    public async Task SendAsync(string method, string path, string token, string? device = null)
    {
        var sender = device is null ? "" : $"X-Device-Id: {device}\r\n";
        var length = method == "GET" ? "" : "Content-Length: 0\r\n";
        var request = $"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {token}\r\n{sender}{length}\r\n";
        await socket.SendAsync(buffer.AsMemory(0, Encoding.ASCII.GetBytes(request, buffer)));
        var read = 0;
        while (!IsComplete(buffer.AsSpan(0, read)))
        {
            var received = await socket.ReceiveAsync(buffer.AsMemory(read));
            if (received == 0) throw new BenchmarkException($"{method} {path}: the server closed the connection.");
            read += received;
        }

        if (buffer["HTTP/1.1 ".Length] != '2')
            throw new BenchmarkException($"{method} {path}: {Encoding.UTF8.GetString(buffer, 0, read)}");
    }

    public void Dispose() => socket.Dispose();

    // Knows the responses of the routes that are measured: none, a length, or chunks without a blank line of their own.
    private static bool IsComplete(ReadOnlySpan<byte> response)
    {
        var end = response.IndexOf("\r\n\r\n"u8);
        if (end < 0) return false;
        var head = response[..end];
        var body = response[(end + 4)..];
        if (head.IndexOf("Transfer-Encoding: chunked"u8) > 0) return body.EndsWith("0\r\n\r\n"u8);
        var length = head.IndexOf("Content-Length: "u8);
        if (length < 0) return true;
        var digits = head[(length + "Content-Length: ".Length)..];
        var count = 0;
        foreach (var digit in digits)
        {
            if (!char.IsAsciiDigit((char)digit)) break;
            count = count * 10 + digit - '0';
        }

        return body.Length >= count;
    }
}
