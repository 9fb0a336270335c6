using System;
using System.Collections.Immutable;
using System.Linq;
using Npgsql;
using PrizeDraw.Grains.Abstractions;

namespace PrizeDraw.Storage.Secrets;

/// <summary>A column that holds envelopes, and what each of them is bound to.</summary>
/// <param name="Table">The table's name, in the database and in what the envelope is bound to.</param>
/// <param name="Keys">Columns that name a row.</param>
/// <param name="RowOf">What the envelope of a row is bound to, by its keys.</param>
internal sealed record SealedColumn(string Table, string Column, ImmutableArray<string> Keys, Func<NpgsqlDataReader, string> RowOf);

/// <summary>
/// Every column with secrets. One that is missing here would be lost with the old master key: a test looks for envelopes in every column of
/// every table.
/// </summary>
internal static class SealedColumns
{
    public static readonly ImmutableArray<SealedColumn> Central =
    [
        new("secret", "envelope", ["tenant_id", "scope", "name"], row => SecretStore.Row(row.GetGuid(0), row.GetString(1), row.GetString(2))),
        new("signing_key", "private_key", ["key_id"], row => row.GetString(0)),
        new("webhook", "secret", ["tenant_id", "webhook_id"], row => row.GetGuid(1).ToString("n")),
        new("provider_account", "token", ["tenant_id", "provider"], row => $"{row.GetGuid(0):n}/{row.GetString(1)}"),
    ];

    public static readonly ImmutableArray<SealedColumn> Campaign =
    [
        new("pool", "secret", ["campaign_id", "pool_id"], row => Ids.Format(Ids.Pool, row.GetGuid(1))),
        new("draw", "secret", ["campaign_id", "draw_id"], row => Ids.Format(Ids.Draw, row.GetGuid(1))),
        new("moment", "sealed", ["campaign_id", "moment_id"], row => row.GetGuid(1).ToString("n")),
    ];
}
