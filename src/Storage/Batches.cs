using System;
using Npgsql;

namespace PrizeDraw.Storage;

/// <summary>Statements with positional parameters, sent together in one round trip.</summary>
internal static class Batches
{
    /// <summary>Adds a statement whose $1, $2 … are these values. Times are sent in UTC; null is SQL's null.</summary>
    public static void Add(this NpgsqlBatch batch, string sql, params ReadOnlySpan<object?> values)
    {
        var command = new NpgsqlBatchCommand(sql);
        foreach (var value in values)
        {
            command.Parameters.Add(value as NpgsqlParameter ?? new NpgsqlParameter
            {
                Value = value is DateTimeOffset at ? at.ToUniversalTime() : value ?? DBNull.Value,
            });
        }

        batch.BatchCommands.Add(command);
    }
}
