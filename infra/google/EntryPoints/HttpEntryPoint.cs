using Spotify.Web.Functions;

namespace Spotify.Google.EntryPoints;

/// <summary>The entry point of a function that has endpoints.</summary>
/// <inheritdoc cref="FunctionEntryPoint" path="/param"/>
public abstract class HttpEntryPoint(FunctionDefinition definition) : FunctionEntryPoint(definition);
