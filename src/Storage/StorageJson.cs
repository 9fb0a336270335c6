using System.Text.Json;

namespace PrizeDraw.Storage;

/// <summary>How records are written into <c>jsonb</c> columns and read back: camelCase, as on the wire.</summary>
public static class StorageJson
{
    // By reflection: generated (de)serialisers drop the initial values of init-only properties that a stored row does not name.
    public static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web);
}
