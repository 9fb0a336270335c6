using System.Threading;
using System.Threading.Tasks;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Users;

namespace PrizeDraw.Storage.Central.Users;

/// <inheritdoc cref="IUserQueries"/>
internal sealed class UserQueries(CentralDatabase central) : IUserQueries
{
    private const string Find = $"select {UserRow.Columns} from platform_user u where u.user_id = $1";

    private const string List =
        $"""
        select {UserRow.Columns} from platform_user u
        where ($1::uuid is null or u.user_id < $1) order by u.user_id desc limit $2
        """;

    public async Task<UserView?> FindAsync(string userId, CancellationToken ct)
    {
        if (!Ids.TryParse(Ids.User, userId, out var id))
        {
            return null;
        }

        await using var connection = await central.OpenSystemAsync(ct);
        return await connection.FindAsync(Find, [id], UserRow.ReadView, ct);
    }

    public async Task<Page<UserView>> ListAsync(int limit, string? cursor, CancellationToken ct)
    {
        var after = Cursor.Read(cursor);
        await using var connection = await central.OpenSystemAsync(ct);
        var found = await connection.ListAsync(List, [after, Cursor.Fetch(limit)], UserRow.ReadView, ct);
        return Cursor.Cut(found, limit, user => Ids.Parse(Ids.User, user.Id));
    }
}
