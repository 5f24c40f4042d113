using Spotify.Functions.Greetings;
using Spotify.Google.EntryPoints;

namespace Spotify.Google.Tests.EntryPoints;

// The entry point of the example in CONTRIBUTING.md.
public sealed class Greetings() : HttpEntryPoint(GreetingsFunction.Definition);
