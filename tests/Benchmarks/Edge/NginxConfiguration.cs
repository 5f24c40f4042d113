namespace Spotify.Benchmarks.Edge;

/// <summary>A usual configuration of nginx for static files: sendfile, no access log, persistent connections.</summary>
internal static class NginxConfiguration
{
    /// <summary>Writes a configuration that keeps all files of nginx in a directory.</summary>
    /// <returns>The arguments that start nginx in the foreground.</returns>
    public static IReadOnlyList<string> Write(string directory, string root, int port)
    {
        // As root, nginx would run its workers as a user who cannot read temporary directories.
        var user = Environment.UserName == "root" ? "user root;" : "";
        var file = Path.Combine(directory, "nginx.conf");
        File.WriteAllText(file, $$"""
            {{user}}
            daemon off;
            worker_processes {{Math.Min(2, Environment.ProcessorCount)}};
            pid {{directory}}/nginx.pid;
            error_log {{directory}}/nginx-error.log;
            events { worker_connections 1024; }
            http {
              access_log off;
              sendfile on;
              tcp_nopush on;
              keepalive_requests 1000000000;
              types { audio/ogg ogg; }
              client_body_temp_path {{directory}}/nginx-1;
              proxy_temp_path {{directory}}/nginx-2;
              fastcgi_temp_path {{directory}}/nginx-3;
              uwsgi_temp_path {{directory}}/nginx-4;
              scgi_temp_path {{directory}}/nginx-5;
              server {
                listen 127.0.0.1:{{port}};
                root {{root}};
              }
            }
            """);
        return ["-c", file, "-p", directory, "-e", Path.Combine(directory, "nginx-error.log")];
    }
}
