using System;
using System.Collections.Generic;
using System.Xml.Linq;
using Microsoft.AspNetCore.DataProtection.Repositories;
using Npgsql;
using PrizeDraw.Storage.Central;

namespace PrizeDraw.Storage.DataProtection;

/// <summary>The Data Protection key ring in the central database, shared by all hosts.</summary>
internal sealed class PostgresXmlRepository(CentralConnections connections, TimeProvider time) : IXmlRepository
{
    // The framework's interface is synchronous; it is called at start and at a key's rollover, not per request.
    public IReadOnlyCollection<XElement> GetAllElements()
    {
        using var command = connections.App.CreateCommand("select xml from data_protection_key order by friendly_name");
        using var row = command.ExecuteReader();
        var elements = new List<XElement>();
        while (row.Read())
        {
            elements.Add(XElement.Parse(row.GetString(0)));
        }

        return elements;
    }

    public void StoreElement(XElement element, string friendlyName)
    {
        using var command = connections.App.CreateCommand(
            "insert into data_protection_key (friendly_name, xml, created_at) values ($1, $2, $3)");
        command.Parameters.Add(new NpgsqlParameter { Value = friendlyName });
        command.Parameters.Add(new NpgsqlParameter { Value = element.ToString(SaveOptions.DisableFormatting) });
        command.Parameters.Add(new NpgsqlParameter { Value = time.GetUtcNow() });
        command.ExecuteNonQuery();
    }
}
