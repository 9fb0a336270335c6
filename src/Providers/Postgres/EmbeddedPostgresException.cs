using System;

namespace PrizeDraw.Providers.Postgres;

/// <summary>The embedded server can't be made or started. The message says what to do next.</summary>
public sealed class EmbeddedPostgresException(string message, Exception? inner = null) : Exception(message, inner);
