using System;
using System.Threading.Tasks;
using Npgsql;

namespace PrizeDraw.Providers.Databases;

/// <summary>Says what a failure of the database server means for the saga. The server's message goes along as inner exception only.</summary>
internal static class PostgresFailures
{
    public static async Task<T> TranslateAsync<T>(Func<Task<T>> work)
    {
        try
        {
            return await work();
        }
        catch (PostgresException error)
        {
            throw new ProviderException(Fault(error), $"The database server refused ({error.SqlState}): {error.MessageText}", error);
        }
        catch (Exception error) when (error is NpgsqlException or TimeoutException)
        {
            throw new ProviderException(ProviderFault.Transient, "The database server can't be reached just now.", error);
        }
    }

    private static ProviderFault Fault(PostgresException error) => error.SqlState switch
    {
        PostgresErrorCodes.InsufficientPrivilege
            or PostgresErrorCodes.InvalidPassword
            or PostgresErrorCodes.InvalidAuthorizationSpecification => ProviderFault.Unauthorized,
        PostgresErrorCodes.DuplicateDatabase or PostgresErrorCodes.DuplicateObject => ProviderFault.NameTaken,
        PostgresErrorCodes.DiskFull => ProviderFault.Quota,

        // Somebody is still connected, or the template is being copied by another creation.
        PostgresErrorCodes.ObjectInUse => ProviderFault.Transient,
        _ => error.IsTransient ? ProviderFault.Transient : ProviderFault.Rejected,
    };
}
