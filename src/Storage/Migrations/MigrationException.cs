using System;

namespace PrizeDraw.Storage.Migrations;

/// <summary>A migration was refused. The message says which one and what to do.</summary>
public sealed class MigrationException(string message) : Exception(message);
