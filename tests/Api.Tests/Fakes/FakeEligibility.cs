using System.Collections.Concurrent;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Campaigns;

namespace PrizeDraw.Api.Tests.Fakes;

/// <summary>One entry of each campaign: the one whose id has the campaign's number.</summary>
internal sealed class FakeEligibility(FakePlatform platform) : IEntryCampaigns, IEntryEligibilityGrain
{
    public static ConcurrentQueue<object> Commands { get; } = new();

    public Task<CampaignView?> FindAsync(Scope scope, string entryId, string? campaignId, CancellationToken ct) => Task.FromResult(
        platform.Campaigns.Values.FirstOrDefault(c =>
            EntryOf(c.Id) == entryId && (campaignId is null || campaignId == c.Id) && (scope.All || scope.TenantIds.Contains(c.TenantId))));

    public static string EntryOf(string campaignId) => Ids.Format(Ids.Entry, Ids.Parse(Ids.Campaign, campaignId));

    public Task<Result<EntryStanding>> ExcludeAsync(ExcludeEntry command) => Done(command, new EntryStanding(command.EntryId, command.Reason, 0));

    public Task<Result<EntryStanding>> RestoreAsync(RestoreEntry command) => Done(command, new EntryStanding(command.EntryId, null, 0));

    public Task<Result<EntryStanding>> GrantTicketsAsync(GrantTickets command) => Done(command, new EntryStanding(command.EntryId, null, command.Tickets));

    private Task<Result<EntryStanding>> Done(object command, EntryStanding standing)
    {
        platform.Command();
        Commands.Enqueue(command);
        return Task.FromResult<Result<EntryStanding>>(standing);
    }
}
