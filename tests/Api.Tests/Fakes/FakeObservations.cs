using System;
using System.Security.Cryptography;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using PrizeDraw.Grains.Abstractions.Draws;

namespace PrizeDraw.Api.Tests.Fakes;

/// <summary>Each draw has one observer, whose link is good.</summary>
internal sealed class FakeObservations : IObservationQueries
{
    public static string TokenOf(string drawId) => drawId + ".good";

    public static bool IsGood(string drawId, ReadOnlySpan<byte> hash) => hash.SequenceEqual(SHA256.HashData(Encoding.UTF8.GetBytes(TokenOf(drawId))));

    public Task<ObservationView?> FindAsync(string tenantId, string campaignId, string drawId, byte[] tokenHash, CancellationToken ct) =>
        Task.FromResult(IsGood(drawId, tokenHash) ? new ObservationView("Final", "planned", "observed", false, false) : null);
}
