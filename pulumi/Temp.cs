using Microsoft.AspNetCore.Builder; using Microsoft.AspNetCore.Routing; using Microsoft.AspNetCore.Http; using Microsoft.Extensions.DependencyInjection;
namespace Spotify.Cloud;
public static class TempX {
 public static IServiceCollection AddImages(this IServiceCollection s) => s; public static IEndpointRouteBuilder MapImages(this IEndpointRouteBuilder r) { r.MapGet("/images/{id}/{file}", () => ""); return r; }
 public static IServiceCollection AddCdnWarming(this IServiceCollection s) => s; public static IEndpointRouteBuilder MapCdnWarming(this IEndpointRouteBuilder r) => r; }
