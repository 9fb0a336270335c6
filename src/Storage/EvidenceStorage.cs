using System;
using System.Collections.Immutable;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Extensions.DependencyInjection;
using PrizeDraw.Grains.Abstractions.Draws;
using PrizeDraw.Grains.Abstractions.Evidence;
using PrizeDraw.Storage.Campaign.Evidence;
using PrizeDraw.Storage.Central.Draws;
using PrizeDraw.Storage.Central.Evidence;
using PrizeDraw.Storage.Secrets;

namespace PrizeDraw.Storage;

/// <summary>Registers what stores and reads evidence.</summary>
internal static class EvidenceStorage
{
    public static IServiceCollection AddEvidence(this IServiceCollection services) => services
        .AddSingleton<DrawFiles>().AddSingleton<IDrawFiles>(p => p.GetRequiredService<DrawFiles>())
        .AddSingleton<PublicFiles>().AddSingleton<IPublicFiles>(p => p.GetRequiredService<PublicFiles>())
        .AddSingleton<IReceiptQueries, ReceiptReads>().AddSingleton<ISigningKeys, SigningKeyViews>().AddSingleton<ICloseOutQueries, CloseOutReads>()
        .AddSingleton<CommitmentStore>().AddSingleton<InstantRoundStore>().AddSingleton<UnsealStore>().AddSingleton<InstantReads>();

    private sealed class SigningKeyViews(SigningKeys keys) : ISigningKeys
    {
        public async Task<ImmutableArray<SigningKeyView>> ListAsync(CancellationToken ct) =>
        [
            .. (await keys.PublicKeysAsync(ct)).Select(key => new SigningKeyView(
                key.KeyId, Convert.ToBase64String(key.Spki.AsSpan()), key.NotBefore, key.RetiredAt)),
        ];
    }
}
