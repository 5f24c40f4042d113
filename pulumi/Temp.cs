using Microsoft.AspNetCore.Builder; using Microsoft.AspNetCore.Routing; using Microsoft.AspNetCore.Http; using Microsoft.Extensions.DependencyInjection; using Spotify.Domain.Ports;
namespace Spotify.Functions.DeadLetters { public sealed class DeadLetterArchive { public static Subscription Subscription { get; } = new("dead-letters", Topic.DeadLetters); } }
namespace Spotify.Cloud { public static class TempX {
 public static IServiceCollection AddImages(this IServiceCollection s) => s; public static IEndpointRouteBuilder MapImages(this IEndpointRouteBuilder r) { r.MapGet("/images/{id}/{file}", () => ""); return r; }
 public static IServiceCollection AddCdnWarming(this IServiceCollection s) => s; public static IEndpointRouteBuilder MapCdnWarming(this IEndpointRouteBuilder r) => r;
 public static IServiceCollection AddObjectRemovals(this IServiceCollection s) => s; public static IEndpointRouteBuilder MapObjectRemovals(this IEndpointRouteBuilder r) => r; } }
